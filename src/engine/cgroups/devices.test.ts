import { describe, expect, it } from 'vitest';
import {
  compileDevices,
  DEFAULT_RULES,
  EVERY_DEVICE,
  parseRule,
  type DeviceRule,
} from './devices.ts';

const ACCESS = { m: 1, r: 2, w: 4 } as const;

/** The kernel's side: runs the program over one access and gives its answer. */
function run(
  rules: readonly DeviceRule[],
  type: 'b' | 'c',
  major: number,
  minor: number,
  access: string,
): boolean {
  const program = compileDevices(rules);
  const view = new DataView(program.buffer);
  const bits = [...access].reduce((sum, letter) => sum | ACCESS[letter as 'm' | 'r' | 'w'], 0);
  const context = [(bits << 16) | (type === 'b' ? 1 : 2), major, minor];
  const registers = Array.from({ length: 11 }, () => 0);
  for (let pc = 0; pc * 8 < program.length; pc++) {
    const code = view.getUint8(pc * 8);
    const to = view.getUint8(pc * 8 + 1) & 15;
    const from = view.getUint8(pc * 8 + 1) >> 4;
    const jump = view.getInt16(pc * 8 + 2, true);
    const constant = view.getInt32(pc * 8 + 4, true);
    const value = registers[to] ?? 0;
    if (code === 0x61) registers[to] = context[jump / 4] ?? NaN;
    else if (code === 0xb7) registers[to] = constant;
    else if (code === 0xbf) registers[to] = registers[from] ?? NaN;
    else if (code === 0x57) registers[to] = value & constant;
    else if (code === 0x77) registers[to] = value >>> constant;
    else if (code === 0x55) pc += value === constant ? 0 : jump;
    else if (code === 0x95) return registers[0] === 1;
    else throw new Error(`unknown instruction ${String(code)}`);
  }
  throw new Error('ran off its end');
}

describe('the device filter', () => {
  it('lets any node be made, and only harmless ones be opened', () => {
    expect(run(DEFAULT_RULES, 'c', 1, 11, 'm')).toBe(true);
    expect(run(DEFAULT_RULES, 'b', 8, 0, 'm')).toBe(true);
    expect(run(DEFAULT_RULES, 'c', 1, 11, 'r')).toBe(false);
    expect(run(DEFAULT_RULES, 'c', 1, 11, 'rm')).toBe(false);
    expect(run(DEFAULT_RULES, 'c', 229, 0, 'rw')).toBe(false);
    expect(run(DEFAULT_RULES, 'b', 1, 3, 'r')).toBe(false);
    for (const minor of [3, 5, 7, 8, 9]) expect(run(DEFAULT_RULES, 'c', 1, minor, 'rw')).toBe(true);
    expect(run(DEFAULT_RULES, 'c', 136, 12, 'rw')).toBe(true);
  });

  it('opens what a rule names, for just the access that it names', () => {
    const rule = parseRule('c 1:11 r');
    expect(rule).not.toBeNull();
    const rules = rule ? [...DEFAULT_RULES, rule] : [];
    expect(run(rules, 'c', 1, 11, 'r')).toBe(true);
    expect(run(rules, 'c', 1, 11, 'rw')).toBe(false);
    expect(run(rules, 'c', 1, 12, 'r')).toBe(false);
  });

  it('lets the last rule that fits decide', () => {
    const deny: DeviceRule = { allow: false, type: 'c', major: 1, minor: 3, access: 'rwm' };
    expect(run([...DEFAULT_RULES, deny], 'c', 1, 3, 'r')).toBe(false);
    expect(run([deny, ...DEFAULT_RULES], 'c', 1, 3, 'r')).toBe(true);
  });

  it('holds nothing back from the privileged, with no instruction that is never reached', () => {
    // Two loads, four moves, "yes", the end: the kernel refuses a program with dead code.
    expect(compileDevices(EVERY_DEVICE)).toHaveLength(8 * 8);
    expect(run(EVERY_DEVICE, 'b', 8, 0, 'rwm')).toBe(true);
  });

  it('reads rules as Docker writes them', () => {
    expect(parseRule('b *:* m')).toEqual({
      allow: true,
      type: 'b',
      major: null,
      minor: null,
      access: 'm',
    });
    expect(parseRule('a 1:2 r')).toEqual(EVERY_DEVICE[0]);
    expect(parseRule('c 1:2')).toBeNull();
    expect(parseRule('x 1:2 r')).toBeNull();
  });
});
