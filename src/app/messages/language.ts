/** The two first languages of the page. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** The language that `tag` (BCP 47, as browsers give it) is nearest to; null when it is neither. */
export function nearestLanguage(tag: string): Language | null {
  const primary = tag.toLowerCase().split('-')[0];
  return languages.find((language) => language === primary) ?? null;
}
