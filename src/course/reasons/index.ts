import type { Language, PerLanguage } from '../lesson.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import type { Sentences } from './sentences.ts';

const all: PerLanguage<Sentences> = { en, ko };

export function sentences(language: Language): Sentences {
  return all[language];
}
