import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { fields } from './fields.ts';

const schema = fields({
  Name: v.optional(v.nullable(v.string()), ''),
  Size: v.nullish(v.pipe(v.number(), v.integer())),
  Inner: v.nullish(fields({ Flag: v.optional(v.nullable(v.boolean()), false) })),
});

describe('fields', () => {
  it('checks what is there, leaves what is missing, lets unknown fields through', () => {
    expect(v.parse(schema, {})).toEqual({});
    expect(v.parse(schema, { Name: null, Other: [1], Inner: { Flag: true } })).toEqual({
      Name: null,
      Other: [1],
      Inner: { Flag: true },
    });
  });

  it.each([
    [{ Name: 1 }, 'Name'],
    [{ Size: 1.5 }, 'Size'],
    [{ Inner: { Flag: 'yes' } }, 'Inner.Flag'],
    [{ Inner: 'text' }, 'Inner'],
    ['text', null],
    [null, null],
    [7, null],
  ])('refuses %j and names the field', (input, path) => {
    const { success, issues } = v.safeParse(schema, input);
    expect(success).toBe(false);
    expect(issues && v.getDotPath(issues[0])).toBe(path);
  });

  it('takes nothing from the prototypes of objects', () => {
    const input: unknown = JSON.parse('{"__proto__":{"Name":7},"constructor":1,"toString":2}');
    const output = v.parse(schema, input);
    expect(output.Name).toBeUndefined();
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
  });
});
