import type { Call } from '../sys/step.ts';

/**
 * Which devices the processes of a control group may open and make.
 *
 * Version 2 has no file for it: a BPF program is asked (cgroup-v2.rst, "Device controller"). It is given
 * `struct bpf_cgroup_dev_ctx`: `access << 16 | type` at 0, the major number at 4, the minor at 8, and
 * answers 1 for yes and 0 for "operation not permitted".
 *
 * See it work: `docker run --rm busybox sh -c 'mknod /k c 1 11; head -1 /k'`, then the same with
 * `--device /dev/kmsg`.
 */
export interface DeviceRule {
  readonly allow: boolean;
  /** Character devices, block devices, or both. */
  readonly type: 'c' | 'b' | 'a';
  /** null for every number. */
  readonly major: number | null;
  readonly minor: number | null;
  /** Some of `r`, `w` and `m` (mknod). */
  readonly access: string;
}

const rule = (type: 'c' | 'b', major: number | null, minor: number | null): DeviceRule => ({
  allow: true,
  type,
  major,
  minor,
  access: major === null ? 'm' : 'rwm',
});

/** Docker's: any node may be made, which opens nothing; a few harmless ones may be used. */
export const DEFAULT_RULES: readonly DeviceRule[] = [
  rule('c', null, null),
  rule('b', null, null),
  rule('c', 1, 3), // null
  rule('c', 1, 5), // zero
  rule('c', 1, 7), // full
  rule('c', 1, 8), // random
  rule('c', 1, 9), // urandom
  rule('c', 5, 0), // tty
  rule('c', 5, 1), // console
  rule('c', 5, 2), // ptmx
  rule('c', 136, null), // pts
];

/** What stands before all rules. */
const NOTHING: DeviceRule = { allow: false, type: 'a', major: null, minor: null, access: 'rwm' };

/** For privileged containers: all of them. */
export const EVERY_DEVICE: readonly DeviceRule[] = [
  { allow: true, type: 'a', major: null, minor: null, access: 'rwm' },
];

/**
 * A rule as `--device-cgroup-rule` takes it: `c 42:* rmw`.
 * @returns null when it is none.
 */
export function parseRule(text: string): DeviceRule | null {
  const match = /^([abc]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/.exec(text);
  if (!match) return null;
  const [, type, major, minor, access = ''] = match;
  const number = (part: string | undefined): number | null => (part === '*' ? null : Number(part));
  const kind = type === 'a' || type === 'b' ? type : 'c';
  // `a` stands for all devices, whatever the numbers say (cgroup-v1/devices.rst).
  return kind === 'a'
    ? { allow: true, type: 'a', major: null, minor: null, access: 'rwm' }
    : { allow: true, type: kind, major: number(major), minor: number(minor), access };
}

/** One `struct bpf_insn`: registers 0 to 10, a 16-bit jump distance, a 32-bit constant. */
interface Instruction {
  readonly code: number;
  readonly to?: number;
  readonly from?: number;
  readonly jump?: number;
  readonly constant?: number;
}

const LOAD_WORD = 0x61; // BPF_LDX | BPF_MEM | BPF_W
const MOVE = 0xb7; // BPF_ALU64 | BPF_MOV | BPF_K
const COPY = 0xbf; // BPF_ALU64 | BPF_MOV | BPF_X
const AND = 0x57; // BPF_ALU64 | BPF_AND | BPF_K
const SHIFT_RIGHT = 0x77; // BPF_ALU64 | BPF_RSH | BPF_K
const JUMP_UNLESS_EQUAL = 0x55; // BPF_JMP | BPF_JNE | BPF_K
const EXIT = 0x95; // BPF_JMP | BPF_EXIT

const RESULT = 0;
const CONTEXT = 1;
const ACCESS = 2;
const TYPE = 3;
const MAJOR = 4;
const MINOR = 5;

/** BPF_DEVCG_DEV_* and BPF_DEVCG_ACC_* of <linux/bpf.h>. */
const TYPES = { b: 1, c: 2 } as const;
const ACCESSES: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const EVERY_ACCESS = 7;

/** The tests of one rule; each that fails jumps behind its end. */
function testsOf(each: DeviceRule): Instruction[] {
  const tests: Instruction[] = [];
  const equal = (register: number, constant: number): void => {
    tests.push({ code: JUMP_UNLESS_EQUAL, to: register, constant });
  };
  if (each.type !== 'a') equal(TYPE, TYPES[each.type]);
  if (each.major !== null) equal(MAJOR, each.major);
  if (each.minor !== null) equal(MINOR, each.minor);
  const access = [...each.access].reduce((bits, letter) => bits | (ACCESSES[letter] ?? 0), 0);
  if (access !== EVERY_ACCESS) {
    // What is asked for beyond what the rule speaks of makes it another rule's matter.
    tests.push({ code: COPY, to: RESULT, from: ACCESS });
    tests.push({ code: AND, to: RESULT, constant: EVERY_ACCESS & ~access });
    equal(RESULT, 0);
  }
  const body: Instruction[] = [
    ...tests,
    { code: MOVE, to: RESULT, constant: each.allow ? 1 : 0 },
    { code: EXIT },
  ];
  return body.map((instruction, at) =>
    instruction.code === JUMP_UNLESS_EQUAL
      ? { ...instruction, jump: body.length - at - 1 }
      : instruction,
  );
}

const isEverything = ({ type, major, minor, access }: DeviceRule): boolean =>
  type === 'a' && major === null && minor === null && access === 'rwm';

/** The rules from the last one on, until one that decides whatever comes: nothing may stand behind that. */
function decisions(rules: readonly DeviceRule[]): Instruction[] {
  const last = rules.findLastIndex(isEverything);
  const considered = last < 0 ? [NOTHING, ...rules] : rules.slice(last);
  return considered.reverse().flatMap(testsOf);
}

/** Compiles rules, of which the last that fits decides, to an array of `struct bpf_insn`. */
export function compileDevices(rules: readonly DeviceRule[]): Uint8Array {
  const program: Instruction[] = [
    { code: LOAD_WORD, to: ACCESS, from: CONTEXT, jump: 0 },
    { code: COPY, to: TYPE, from: ACCESS },
    { code: AND, to: TYPE, constant: 0xffff },
    { code: SHIFT_RIGHT, to: ACCESS, constant: 16 },
    { code: LOAD_WORD, to: MAJOR, from: CONTEXT, jump: 4 },
    { code: LOAD_WORD, to: MINOR, from: CONTEXT, jump: 8 },
    ...decisions(rules),
  ];
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, to = 0, from = 0, jump = 0, constant = 0 }, i) => {
    view.setUint8(i * 8, code);
    view.setUint8(i * 8 + 1, to | (from << 4));
    view.setInt16(i * 8 + 2, jump, true);
    view.setInt32(i * 8 + 4, constant, true);
  });
  return bytes;
}

/** Puts the rules in force for a control group and what is below it. */
export function filterDevices(cgroup: string, rules: readonly DeviceRule[]): Call {
  return { op: 'device_filter', cgroup, program: compileDevices(rules) };
}
