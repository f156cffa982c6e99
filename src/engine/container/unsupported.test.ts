import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { refuseUnsupported, UNSUPPORTED, type Unsupported } from './unsupported.ts';

/** A body that has `value` at `field`. */
function bodyWith({ field }: Unsupported, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = field.split('.').toReversed();
  return rest.reduce((inner, name) => ({ [name]: inner }), { [first]: value });
}

describe('what create refuses', () => {
  it.each(UNSUPPORTED.map((row) => [row.field, row] as const))('%s', (_, row) => {
    for (const asked of ['something', { a: {} }, ['x'], 1, true]) {
      expect(() => {
        refuseUnsupported(bodyWith(row, asked));
      }).toThrow(new EngineError(501, `${row.field} is not in this sandbox: ${row.sentence}`));
    }
    for (const zero of [undefined, null, '', 0, false, [], {}, ...(row.harmless ?? [])]) {
      expect(() => {
        refuseUnsupported(bodyWith(row, zero));
      }).not.toThrow();
    }
  });

  it('names each field once', () => {
    const names = UNSUPPORTED.map(({ field }) => field);
    expect(new Set(names).size).toBe(names.length);
  });
});
