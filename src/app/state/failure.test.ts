import { expect, test } from 'vitest';
import { MachineError } from '../../machine/errors.ts';
import { failureOf } from './failure.ts';

test.each([
  ['no-webassembly', 'noWebAssembly'],
  ['download-failed', 'download'],
  ['snapshot-truncated', 'damaged'],
  ['snapshot-rejected', 'damaged'],
  ['asset-damaged', 'damaged'],
  ['crashed', 'crashed'],
  ['guest-silent', 'unknown'],
] as const)('the machine’s %s is %s to a reader', (code, kind) => {
  expect(failureOf(new MachineError(code, 'what happened'))).toEqual({
    kind,
    cause: 'what happened',
  });
});

test('a part of the page itself that does not arrive is a failed download', () => {
  const chunk = new TypeError('Failed to fetch dynamically imported module: /assets/v86.js');
  expect(failureOf(chunk).kind).toBe('download');
});

test('whatever else was thrown keeps its words', () => {
  expect(failureOf('out of memory')).toEqual({ kind: 'unknown', cause: 'out of memory' });
});
