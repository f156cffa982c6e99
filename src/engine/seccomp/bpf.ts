/**
 * A seccomp filter from a table of rules, one a system call.
 *
 * A filter is a classic BPF program over `struct seccomp_data`: `nr` at 0, `arch` at 4, the low
 * halves of the arguments at 16, 24, … (seccomp(2), Documentation/userspace-api/seccomp_filter.rst).
 * Neighbours with one rule become a range, and the ranges a binary tree of jumps: the kernel runs
 * the program once for each call when it is installed, to learn which are always allowed.
 */
export type Rule =
  | { readonly action: 'allow' }
  | { readonly action: 'errno'; readonly errno: number }
  /** EPERM when the first argument has a bit of `mask`. */
  | { readonly action: 'unless-flags'; readonly mask: number }
  /** EPERM unless the first argument is one of these. */
  | { readonly action: 'only-values'; readonly values: readonly number[] }
  /** EPERM when the first argument is one of these. */
  | { readonly action: 'except-values'; readonly values: readonly number[] }
  /** A value of SECCOMP_RET_*. */
  | { readonly action: 'return'; readonly value: number }
  /** The verdict of the first case whose tests all hold, else `otherwise`; values of SECCOMP_RET_*. */
  | { readonly action: 'cases'; readonly cases: readonly Case[]; readonly otherwise: number };

/** A verdict and what must hold for it. */
export interface Case {
  readonly tests: readonly Comparison[];
  readonly verdict: number;
}

/** How an argument is compared with a value. */
export type Operator =
  'equal' | 'not-equal' | 'less' | 'at-most' | 'at-least' | 'greater' | 'masked-equal';

/** One test of an argument; `true` or `false` when it does not depend on it. */
export type Comparison = boolean | { readonly load: readonly Instruction[]; readonly test: Test };

/** A jump, and whether the test holds when it is taken. */
interface Test {
  readonly code: number;
  readonly k: number;
  readonly holds: boolean;
}

interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_ALWAYS = 0x05; // BPF_JMP | BPF_JA
const JUMP_GREATER = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
const JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const JUMP_BITS = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const RET_ALLOW = 0x7fff0000;
const RET_ERRNO = 0x00050000;
const RET_KILL_PROCESS = 0x80000000;
const AUDIT_ARCH_I386 = 0x40000003;
const EPERM = 1;

const OFFSET_NUMBER = 0;
const OFFSET_ARCH = 4;
const OFFSET_ARGUMENT_0 = 16;

const instruction = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k });
const allow = instruction(RETURN, RET_ALLOW);
const refuse = (errno: number): Instruction => instruction(RETURN, RET_ERRNO | errno);
const argument = instruction(LOAD, OFFSET_ARGUMENT_0);

/**
 * Compares argument `index` (0 to 5) with `value`; for `masked-equal` that is the mask, and `masked`
 * what must be left of the argument under it. A process of i386 has no bits beyond 32.
 */
export function comparison(
  index: number,
  operator: Operator,
  value: number,
  masked: number,
): Comparison {
  const load = [instruction(LOAD, OFFSET_ARGUMENT_0 + 8 * index)];
  if (operator === 'masked-equal') {
    if (masked > 0xffffffff) return false;
    const mask = instruction(AND, value % 0x1_0000_0000);
    return { load: [...load, mask], test: { code: JUMP_EQUAL, k: masked, holds: true } };
  }
  if (value > 0xffffffff) return ['not-equal', 'less', 'at-most'].includes(operator);
  const tests: Readonly<Record<typeof operator, readonly [code: number, holds: boolean]>> = {
    equal: [JUMP_EQUAL, true],
    'not-equal': [JUMP_EQUAL, false],
    less: [JUMP_AT_LEAST, false],
    'at-least': [JUMP_AT_LEAST, true],
    greater: [JUMP_GREATER, true],
    'at-most': [JUMP_GREATER, false],
  };
  const [code, holds] = tests[operator];
  return { load, test: { code, k: value, holds } };
}

/** Leads behind its end when a test does not hold. */
function caseBody({ tests, verdict }: Case): Instruction[] {
  if (tests.includes(false)) return [];
  let length = 1;
  for (const test of tests) if (typeof test === 'object') length += test.load.length + 1;
  const body: Instruction[] = [];
  for (const test of tests) {
    if (typeof test !== 'object') continue;
    body.push(...test.load);
    const out = length - body.length - 1;
    const { code, k, holds } = test.test;
    body.push(holds ? instruction(code, k, 0, out) : instruction(code, k, out, 0));
  }
  return [...body, instruction(RETURN, verdict)];
}

function leaf(rule: Rule): Instruction[] {
  switch (rule.action) {
    case 'allow':
      return [allow];
    case 'errno':
      return [refuse(rule.errno)];
    case 'return':
      return [instruction(RETURN, rule.value)];
    case 'cases':
      return [...rule.cases.flatMap(caseBody), instruction(RETURN, rule.otherwise)];
    case 'unless-flags':
      return [argument, instruction(JUMP_BITS, rule.mask, 0, 1), refuse(EPERM), allow];
    case 'only-values':
    case 'except-values': {
      const [match, other] =
        rule.action === 'only-values' ? [allow, refuse(EPERM)] : [refuse(EPERM), allow];
      const last = rule.values.length;
      const tests = rule.values.map((value, i) => instruction(JUMP_EQUAL, value, last - i));
      return [argument, ...tests, other, match];
    }
  }
}

interface Range {
  readonly from: number;
  readonly rule: Rule;
}

function same(a: Rule, b: Rule): boolean {
  if (a.action === 'allow') return b.action === 'allow';
  if (a.action === 'return') return b.action === 'return' && a.value === b.value;
  return a.action === 'errno' && b.action === 'errno' && a.errno === b.errno;
}

function tree(ranges: readonly Range[]): Instruction[] {
  const [first] = ranges;
  if (!first) throw new Error('seccomp: a filter needs at least one rule');
  if (ranges.length === 1) return leaf(first.rule);
  const middle = ranges.length >> 1;
  const upper = tree(ranges.slice(middle));
  const lower = tree(ranges.slice(0, middle));
  const from = ranges[middle]?.from ?? 0;
  if (upper.length > 255) {
    // A conditional jump reaches 255 instructions, an unconditional one any.
    const skip = instruction(JUMP_ALWAYS, upper.length);
    return [instruction(JUMP_AT_LEAST, from, 1, 0), skip, ...upper, ...lower];
  }
  return [instruction(JUMP_AT_LEAST, from, 0, upper.length), ...upper, ...lower];
}

/**
 * Compiles the rules of calls 0, 1, 2, …, with `beyond` for every number after them, to an array of
 * `struct sock_filter` (8 bytes each, little-endian). Another architecture's call kills the process.
 */
export function compile(rules: readonly Rule[], beyond: Rule): Uint8Array {
  const ranges: Range[] = [];
  [...rules, beyond].forEach((rule, number) => {
    const last = ranges.at(-1);
    if (!last || !same(last.rule, rule)) ranges.push({ from: number, rule });
  });
  const program = [
    instruction(LOAD, OFFSET_ARCH),
    instruction(JUMP_EQUAL, AUDIT_ARCH_I386, 1),
    instruction(RETURN, RET_KILL_PROCESS),
    instruction(LOAD, OFFSET_NUMBER),
    ...tree(ranges),
  ];
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, jt, jf, k }, i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  });
  return bytes;
}
