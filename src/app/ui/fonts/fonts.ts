import type { Language } from '../../messages/language.ts';

/** What code and the terminal are set in: clear 0O1lI, then Korean at double width. */
export const monospace =
  "'JetBrains Mono Variable', 'Nanum Gothic Coding', ui-monospace, 'Cascadia Mono', Menlo, monospace";

/**
 * Loads the font declarations after the first paint. Until they are here, and where they cannot be
 * loaded, the system's own fonts stand in.
 */
export async function loadFonts(language: Language): Promise<void> {
  await Promise.allSettled([
    import('./latin.css'),
    ...(language === 'ko'
      ? [import('./pretendard-korean.css'), import('@fontsource/nanum-gothic-coding/400.css')]
      : []),
  ]);
  await Promise.allSettled([
    document.fonts.load('14px "JetBrains Mono Variable"'),
    document.fonts.load('700 14px "JetBrains Mono Variable"'),
  ]);
}
