import type { Language } from '../messages/language.ts';

/** Colours and text size belong to the document, so that its scroll bars and its first paint follow. */
export function applyLook(dark: boolean, scale: number): void {
  const root = document.documentElement;
  root.dataset['theme'] = dark ? 'dark' : 'light';
  root.style.fontSize = `${String(scale * 100)}%`;
}

/** Tells browser, screen reader and search engine the language, title and description of what is shown. */
export function showLanguage(language: Language, title: string, description: string): void {
  document.documentElement.lang = language;
  document.title = title;
  document.querySelector('meta[name=description]')?.setAttribute('content', description);
  // An address that asks for a language must not go on asking for another one than is shown.
  const address = new URL(location.href);
  if (address.searchParams.has('lang') && address.searchParams.get('lang') !== language) {
    address.searchParams.set('lang', language);
    history.replaceState(history.state, '', address);
  }
}

/**
 * Where a phone's keyboard lies over the page instead of shrinking it, the page shrinks itself: tells the height
 * that is seen, as a style. What it returns ends that.
 */
export function followKeyboard(onHeight: (height: string) => void): () => void {
  const { visualViewport } = window;
  const fit = (): void => {
    if (visualViewport?.scale === 1) onHeight(`${String(visualViewport.height)}px`);
  };
  if (window.matchMedia('(pointer: coarse)').matches) {
    visualViewport?.addEventListener('resize', fit);
  }
  return () => visualViewport?.removeEventListener('resize', fit);
}
