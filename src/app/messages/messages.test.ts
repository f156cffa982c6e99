import { expect, test } from 'vitest';
import { paneNames } from '../bench/panes.ts';
import { editorMessages } from '../editor/messages.ts';
import { laptopMessages } from '../laptop/messages.ts';
import { galleryMessages } from '../gallery/messages.ts';
import { previewMessages } from '../preview/messages.ts';
import { sessionMessages } from '../session/messages.ts';
import { xrayMessages } from '../xray/messages.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { nearestLanguage } from './language.ts';

const sources = import.meta.glob<string>(
  ['../**/*.{ts,svelte}', '!../messages/*', '!../**/*.test.ts'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

test('every message is used by the page', () => {
  const text = Object.values(sources).join('\n');
  expect(text).toContain('svelte:window'); // the components were found
  const unused = Object.entries(en).flatMap(([group, messages]) =>
    Object.keys(messages)
      .filter((name) => !new RegExp(`\\b${group}\\.${name}\\b`).test(text))
      // Panes are named by their own names.
      .filter((name) => !(group === 'panes' && paneNames.some((pane) => pane === name)))
      .map((name) => `${group}.${name}`),
  );
  expect(unused).toEqual([]);
});

test.each([
  { pane: 'editor', messages: editorMessages },
  { pane: 'laptop', messages: laptopMessages },
  { pane: 'preview', messages: previewMessages },
  { pane: 'gallery', messages: galleryMessages },
  { pane: 'xray', messages: xrayMessages },
  { pane: 'session', messages: sessionMessages },
])('every message of $pane is used, and is Korean in Korean', ({ pane, messages }) => {
  const text = Object.entries(sources)
    .filter(([path]) => path.includes(`/${pane}/`))
    .map(([, source]) => source)
    .join('\n');
  // A message that a value names (`t[notice]`) is used where that value is said.
  const named = /\bt\[/.test(text);
  const unused = Object.keys(messages.en).filter(
    (name) => !new RegExp(`\\bt\\.${name}\\b`).test(text) && !(named && text.includes(`'${name}'`)),
  );
  expect(unused).toEqual([]);
  for (const message of Object.values(messages.ko)) {
    const text =
      typeof message === 'object'
        ? JSON.stringify(message, (_, part: unknown) =>
            typeof part === 'function' ? String(part) : part,
          )
        : String(message);
    expect(text).toMatch(/[가-힣]|^CPU$/);
  }
  expect(JSON.stringify(messages)).not.toContain('!');
});

test('Korean sentences are Korean, and none ends with an exclamation mark in either language', () => {
  const untranslated: string[] = [];
  for (const [group, messages] of Object.entries(ko)) {
    for (const [name, message] of Object.entries(messages)) {
      const text = typeof message === 'string' ? message : String(message);
      if (!/[가-힣]/.test(text) && name !== 'english') untranslated.push(`${group}.${name}`);
      expect(text).not.toMatch(/!(?!=)/);
    }
  }
  expect(untranslated).toEqual([]);
  expect(JSON.stringify(en)).not.toContain('!');
});

test('a browser’s language leads to the nearest of ours', () => {
  expect(nearestLanguage('ko-KR')).toBe('ko');
  expect(nearestLanguage('EN-gb')).toBe('en');
  expect(nearestLanguage('fr')).toBeNull();
});
