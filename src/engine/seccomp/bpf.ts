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
  | { readonly action: 'except-values'; readonly values: readonly number[] };

interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
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

function leaf(rule: Rule): Instruction[] {
  switch (rule.action) {
    case 'allow':
      return [allow];
    case 'errno':
      return [refuse(rule.errno)];
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
  return a.action === 'errno' && b.action === 'errno' && a.errno === b.errno;
}

function tree(ranges: readonly Range[]): Instruction[] {
  const [first] = ranges;
  if (!first) throw new Error('seccomp: a filter needs at least one rule');
  if (ranges.length === 1) return leaf(first.rule);
  const middle = ranges.length >> 1;
  const upper = tree(ranges.slice(middle));
  const lower = tree(ranges.slice(0, middle));
  if (upper.length > 255) throw new Error('seccomp: a jump over 255 instructions');
  const from = ranges[middle]?.from ?? 0;
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
