/**
 * The steps of a container's start: system calls as data.
 *
 * `container/plan.ts` makes the list, the native interpreter (`native/plan`) carries it out in the
 * new process and reports each step's errno and time, unit tests read it, and `bottle trace` shows
 * it. See one yourself: `bottle trace CONTAINER`, beside `strace -f` of any other runtime.
 */

import type { Sys } from './sys.ts';

/**
 * Who carries a step out, and when.
 *
 * `host`: the shim, in order; what follows `clone` runs while the child waits.
 * `child`: the new process, in order, until `execve`.
 * `after`: the shim again, once the container's processes are gone.
 */
export type Phase = 'host' | 'child' | 'after';

/**
 * Whether a missing mount point below the root is made as a directory or as an empty file; `follow-`
 * resolves symbolic links of the image below the root, where the others refuse them.
 */
export type MountPointKind = 'dir' | 'file' | 'follow-dir' | 'follow-file';

/** One system call (or the smallest group of them that has a name), with its arguments. */
export type Call =
  | { readonly op: 'clone'; readonly flags: number; readonly cgroup: string }
  | { readonly op: 'unshare'; readonly flags: number }
  | { readonly op: 'setns'; readonly path: string; readonly nstype: number }
  | { readonly op: 'setns_pidfd'; readonly pid: number; readonly flags: number }
  | {
      readonly op: 'mkdir';
      readonly path: string;
      readonly mode: number;
      readonly parents: boolean;
    }
  | { readonly op: 'rmdir'; readonly path: string }
  | { readonly op: 'write'; readonly path: string; readonly data: string }
  | { readonly op: 'create'; readonly path: string; readonly mode: number; readonly data: string }
  | { readonly op: 'device_filter'; readonly cgroup: string; readonly program: Uint8Array }
  | ({ readonly op: 'mount' } & MountArguments)
  | { readonly op: 'umount'; readonly target: string; readonly flags: number }
  | { readonly op: 'root'; readonly path: string }
  | ({ readonly op: 'mount_in'; readonly kind: MountPointKind } & MountArguments)
  | { readonly op: 'mkdir_in'; readonly path: string; readonly mode: number }
  | { readonly op: 'symlink_in'; readonly target: string; readonly path: string }
  | {
      readonly op: 'mknod_in';
      readonly path: string;
      readonly mode: number;
      readonly type: 'c' | 'b';
      readonly major: number;
      readonly minor: number;
      /** root's when nobody is named. */
      readonly owner?: { readonly uid: number; readonly gid: number };
    }
  | { readonly op: 'console'; readonly path: string }
  | { readonly op: 'pivot_root' }
  | { readonly op: 'sethostname'; readonly name: string }
  | { readonly op: 'setdomainname'; readonly name: string }
  | { readonly op: 'sysctl'; readonly name: string; readonly value: string }
  | { readonly op: 'readonly'; readonly path: string }
  | { readonly op: 'mask'; readonly path: string }
  | { readonly op: 'propagation'; readonly path: string; readonly flags: number }
  | {
      readonly op: 'rlimit';
      readonly resource: number;
      /** 2⁶⁴ - 1 for no limit. */
      readonly soft: bigint;
      readonly hard: bigint;
    }
  | { readonly op: 'oom_score_adj'; readonly value: number }
  | { readonly op: 'setsid' }
  | { readonly op: 'umask'; readonly mode: number }
  | { readonly op: 'bounding'; readonly mask: bigint }
  | { readonly op: 'keepcaps'; readonly on: boolean }
  | { readonly op: 'setgroups'; readonly groups: readonly number[] }
  | { readonly op: 'setgid'; readonly gid: number }
  | { readonly op: 'setuid'; readonly uid: number }
  | {
      readonly op: 'capset';
      readonly effective: bigint;
      readonly permitted: bigint;
      readonly inheritable: bigint;
    }
  | { readonly op: 'ambient'; readonly mask: bigint }
  | { readonly op: 'no_new_privs' }
  | { readonly op: 'seccomp'; readonly program: Uint8Array }
  | { readonly op: 'chdir'; readonly path: string; readonly create: boolean }
  | {
      readonly op: 'execve';
      readonly file: string;
      readonly argv: readonly string[];
      readonly env: readonly string[];
    }
  | { readonly op: 'link_up'; readonly name: string }
  | { readonly op: 'veth'; readonly name: string; readonly peer: string; readonly mac: string }
  | { readonly op: 'link_netns'; readonly name: string }
  | { readonly op: 'link_delete'; readonly name: string }
  | { readonly op: 'link_master'; readonly name: string; readonly bridge: string }
  | { readonly op: 'link_name'; readonly from: string; readonly to: string }
  | { readonly op: 'addr'; readonly name: string; readonly address: string }
  | { readonly op: 'route'; readonly destination: string; readonly gateway: string }
  | { readonly op: 'resolver'; readonly address: string };

/** mount(2), flags as MS_* bits. */
export interface MountArguments {
  readonly source: string;
  readonly target: string;
  readonly fstype: string;
  readonly flags: number;
  readonly data: string;
}

/** A call and who makes it. */
export type Step = Call & { readonly phase: Phase };

/** What became of a step: errno 0 done, -1 skipped because its object is absent; time in nanoseconds. */
export interface StepResult {
  readonly errno: number;
  readonly nanoseconds: number;
}

/** `steps('child', [...])`: gives every call of a list its phase. */
export function steps(phase: Phase, calls: readonly Call[]): Step[] {
  // In place: a start waits for this, and the calls of a plan are nobody else's, or of this phase always.
  for (const call of calls) (call as { phase?: Phase }).phase = phase;
  return calls as Step[];
}

/** Records of the steps that many plans have; null until a plan with the step is packed. */
const packed = new WeakMap<Call, Uint8Array | null>();

/**
 * The calls that `make` gives, remembered by `key` and shared by all the plans that have them, each always
 * in the same phase: what they look like to the interpreter is worked out once.
 */
export function shared(
  memory: Map<string, readonly Call[]>,
  key: string,
  make: () => Call[],
): readonly Call[] {
  const known = memory.get(key);
  if (known) return known;
  const calls = make();
  for (const call of calls) packed.set(call, null);
  // Whoever asks for a hundred variants has no use for their memory.
  if (memory.size === MOST_VARIANTS) memory.clear();
  memory.set(key, calls);
  return calls;
}

const MOST_VARIANTS = 16;

type Field = string | Uint8Array;

const octal = (mode: number): string => `0${mode.toString(8)}`;
const flag = (on: boolean): string => (on ? '1' : '0');
const mounting = (call: MountArguments): string[] => [
  call.source,
  call.target,
  call.fstype,
  String(call.flags >>> 0),
  call.data,
];

/** The arguments of each call in the order of the interpreter's table, as strings. */
const ARGUMENTS: { readonly [Op in Call['op']]: (call: Extract<Call, { op: Op }>) => Field[] } = {
  clone: (call) => [String(call.flags >>> 0), call.cgroup],
  unshare: (call) => [String(call.flags >>> 0)],
  setns: (call) => [call.path, String(call.nstype)],
  setns_pidfd: (call) => [String(call.pid), String(call.flags >>> 0)],
  mkdir: (call) => [call.path, octal(call.mode), flag(call.parents)],
  rmdir: (call) => [call.path],
  root: (call) => [call.path],
  console: (call) => [call.path],
  readonly: (call) => [call.path],
  mask: (call) => [call.path],
  write: (call) => [call.path, call.data],
  create: (call) => [call.path, octal(call.mode), call.data],
  mount: (call) => mounting(call),
  mount_in: (call) => [...mounting(call), call.kind],
  umount: (call) => [call.target, String(call.flags)],
  mkdir_in: (call) => [call.path, octal(call.mode)],
  symlink_in: (call) => [call.target, call.path],
  mknod_in: (call) => [
    call.path,
    octal(call.mode),
    call.type,
    String(call.major),
    String(call.minor),
    ...(call.owner ? [String(call.owner.uid), String(call.owner.gid)] : []),
  ],
  device_filter: (call) => [call.cgroup, call.program],
  sethostname: (call) => [call.name],
  setdomainname: (call) => [call.name],
  link_up: (call) => [call.name],
  link_netns: (call) => [call.name],
  link_delete: (call) => [call.name],
  sysctl: (call) => [call.name, call.value],
  propagation: (call) => [call.path, String(call.flags >>> 0)],
  rlimit: (call) => [String(call.resource), String(call.soft), String(call.hard)],
  oom_score_adj: (call) => [String(call.value)],
  umask: (call) => [octal(call.mode)],
  bounding: (call) => [call.mask.toString(16)],
  ambient: (call) => [call.mask.toString(16)],
  keepcaps: (call) => [flag(call.on)],
  setgroups: (call) => [call.groups.join(',')],
  setgid: (call) => [String(call.gid)],
  setuid: (call) => [String(call.uid)],
  capset: (call) =>
    [call.effective, call.permitted, call.inheritable].map((mask) => mask.toString(16)),
  seccomp: (call) => [call.program],
  chdir: (call) => [call.path, flag(call.create)],
  execve: (call) => [
    call.file,
    String(call.argv.length),
    ...call.argv,
    String(call.env.length),
    ...call.env,
  ],
  veth: (call) => [call.name, call.peer, call.mac],
  resolver: (call) => [call.address],
  link_master: (call) => [call.name, call.bridge],
  link_name: (call) => [call.from, call.to],
  addr: (call) => [call.name, call.address],
  route: (call) => [call.destination, call.gateway],
  pivot_root: () => [],
  setsid: () => [],
  no_new_privs: () => [],
};

/** The arguments of a call, as strings but for a filter's program. */
export function argumentsOf(call: Call): Field[] {
  // The table gives each call the function for its kind, which the compiler cannot follow.
  return (ARGUMENTS[call.op] as (call: Call) => Field[])(call);
}

/** Whether the next field of a record is a program for the kernel. */
function isProgram({ 1: op, length }: readonly string[]): boolean {
  return op === 'seccomp' || (op === 'device_filter' && length === 3);
}

/**
 * The records of a plan as text again, the phase and the call before its arguments; what is not
 * text (a filter's program) says only how long it is.
 */
export function readRecords(
  records: ArrayBuffer,
  decode: (bytes: Uint8Array) => string,
): string[][] {
  const view = new DataView(records);
  const plan: string[][] = [];
  for (let at = 0; at < records.byteLength;) {
    const count = view.getUint32(at, true);
    at += 4;
    const fields: string[] = [];
    for (let i = 0; i < count; i++) {
      const length = view.getUint32(at, true);
      const bytes = new Uint8Array(records, at + 4, length);
      fields.push(isProgram(fields) ? `(${String(length)} bytes)` : decode(bytes));
      at += 4 + length;
    }
    plan.push(fields);
  }
  return plan;
}

/** The plan as the interpreter reads it. */
export function packPlan(sys: Pick<Sys, 'packRecords'>, plan: readonly Step[]): ArrayBuffer {
  const parts: Uint8Array[] = [];
  let own: Field[][] = [];
  const pack = (records: Field[][]): Uint8Array => new Uint8Array(sys.packRecords(records));
  for (const step of plan) {
    let known = packed.get(step);
    if (known === undefined) {
      own.push(recordOf(step));
      continue;
    }
    if (own.length > 0) parts.push(pack(own));
    own = [];
    if (known === null) packed.set(step, (known = pack([recordOf(step)])));
    parts.push(known);
  }
  parts.push(pack(own));
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

/** The phase, the call, then its arguments. */
function recordOf(step: Step): Field[] {
  return [step.phase, step.op, ...argumentsOf(step)];
}
