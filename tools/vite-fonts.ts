import type { Plugin } from 'vite';

/** Every browser that runs WebAssembly reads woff2: the woff copies that font packages add stay out of the site. */
export function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!/@fontsource[^?]*\.css/.test(id)) return null;
      return code.replaceAll(/,\s*url\([^)]*\.woff\) format\(['"]woff['"]\)/g, '');
    },
  };
}
