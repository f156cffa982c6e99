import { expect, test } from 'vitest';
import type { Entry } from '../../machine/files/files.ts';
import { languageOf } from './languages.ts';
import { bitsOf, isName, noneOpen, openedAbove, rowsOf } from './tree.ts';

const entry = (type: Entry['type']): Entry => ({
  type,
  mode: type === 'folder' ? 0o755 : 0o644,
  size: 0,
  modified: 0,
  untold: false,
});

test('folders first, by name as people sort, only what is open', () => {
  const entries = new Map([
    ['z.txt', entry('file')],
    ['step10', entry('file')],
    ['step9', entry('file')],
    ['웹', entry('folder')],
    ['웹/app.py', entry('file')],
    ['a', entry('folder')],
    ['a/b', entry('folder')],
    ['a/b/c', entry('file')],
    ['.ash_history', entry('file')],
    ['.dockerignore', entry('file')],
  ]);
  const shown = (open: ReadonlySet<string>): string[] =>
    rowsOf(entries, open, 'en').map(({ name, level }) => '  '.repeat(level - 1) + name);
  expect(shown(noneOpen)).toEqual(['a', '웹', '.dockerignore', 'step9', 'step10', 'z.txt']);
  expect(shown(openedAbove(noneOpen, 'a/b/c')).slice(0, 4)).toEqual(['a', '  b', '    c', '웹']);
  const [first] = rowsOf(entries, noneOpen, 'en');
  expect(first).toMatchObject({ path: 'a', place: 1, count: 6 });
});

test('names, permissions, languages', () => {
  expect(['a', 'a/b', '한글.txt'].every(isName)).toBe(true);
  expect(['', '.', '..', 'a/../b', '/a', 'a/'].some(isName)).toBe(false);
  expect(bitsOf(0o754)).toBe('rwxr-xr--');
  const named = (path: string, text = ''): string => languageOf(path, text);
  expect(named('web/Dockerfile')).toBe('Dockerfile');
  expect(named('dev.dockerfile')).toBe('Dockerfile');
  expect(named('a.b/run', '#!/bin/sh\n')).toBe('Shell');
  expect(named('run', '#!/usr/bin/env python3\n')).toBe('Python');
  expect(named('compose.yaml')).toBe('YAML');
  expect(named('notes')).toBe('Text');
});
