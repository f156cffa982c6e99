import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['1m30s', 90e9],
    ['-1.5h', -5400e9],
    ['+3ms', 3e6],
    ['.5s', 5e8],
    ['1.001s', 1_001_000_000],
    ['1µs1us', 2000],
    ['0', 0],
    ['-0s', 0],
  ])('%s is read as Go does', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['.s', 'time: invalid duration ".s"'],
    ['3', 'time: missing unit in duration "3"'],
    ['3q', 'time: unknown unit "q" in duration "3q"'],
    ['3constructor', 'time: unknown unit "constructor" in duration "3constructor"'],
  ])('"%s" is none: %s', (text, sentence) => {
    expect(() => parseDuration(text)).toThrow(sentence);
  });

  it.each([
    [0, '0s'],
    [90e9, '1m30s'],
    [-1.5e9, '-1.5s'],
    [3600e9, '1h0m0s'],
    [1500, '1.5µs'],
    [200e6, '200ms'],
    [1.5e9, '1.5s'],
  ])('%i ns are printed as %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });
});
