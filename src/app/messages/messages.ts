import { en } from './en.ts';
import type { Messages } from './en.ts';
import { ko } from './ko.ts';
import type { Language } from './language.ts';

const library: Readonly<Record<Language, Messages>> = { en, ko };

/** The page's sentences in a language. */
export function messagesOf(language: Language): Messages {
  return library[language];
}
