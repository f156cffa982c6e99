import type { Plugin } from 'vite';

/**
 * Fits font packages to the page. Every browser that runs WebAssembly reads woff2, so the woff copies stay out of
 * the site; and the Korean face grows until a syllable fills the two cells that a terminal gives it.
 */
export function fonts(): Plugin {
  return {
    name: 'fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!/@fontsource[^?]*\.css/.test(id)) return null;
      const woff2 = code.replaceAll(/,\s*url\([^)]*\.woff\) format\(['"]woff['"]\)/g, '');
      return id.includes('nanum-gothic-coding')
        ? woff2.replaceAll('font-style: normal;', 'font-style: normal;\n  size-adjust: 118%;')
        : woff2;
    },
  };
}
