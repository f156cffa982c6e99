/**
 * The steps of a container's start: system calls as data.
 *
 * `container/plan.ts` makes the list, the native interpreter (`native/plan`) carries it out in the
 * new process and reports each step's errno and time, unit tests read it, and `bottle trace` shows
 * it. See one yourself: `bottle trace CONTAINER`, beside `strace -f` of any other runtime.
 */

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
  // In place: a start waits for this, and the calls of a plan are nobody else's.
  return calls.map((call) => Object.assign(call, { phase }));
}

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

/** The arguments of a call in the order of the interpreter's table, as strings. */
export function argumentsOf(call: Call): Field[] {
  switch (call.op) {
    case 'clone':
      return [String(call.flags >>> 0), call.cgroup];
    case 'unshare':
      return [String(call.flags >>> 0)];
    case 'setns':
      return [call.path, String(call.nstype)];
    case 'setns_pidfd':
      return [String(call.pid), String(call.flags >>> 0)];
    case 'mkdir':
      return [call.path, octal(call.mode), flag(call.parents)];
    case 'rmdir':
    case 'root':
    case 'console':
    case 'readonly':
    case 'mask':
      return [call.path];
    case 'write':
      return [call.path, call.data];
    case 'create':
      return [call.path, octal(call.mode), call.data];
    case 'mount':
      return mounting(call);
    case 'mount_in':
      return [...mounting(call), call.kind];
    case 'umount':
      return [call.target, String(call.flags)];
    case 'mkdir_in':
      return [call.path, octal(call.mode)];
    case 'symlink_in':
      return [call.target, call.path];
    case 'mknod_in':
      return [
        call.path,
        octal(call.mode),
        call.type,
        String(call.major),
        String(call.minor),
        ...(call.owner ? [String(call.owner.uid), String(call.owner.gid)] : []),
      ];
    case 'device_filter':
      return [call.cgroup, call.program];
    case 'sethostname':
    case 'setdomainname':
    case 'link_up':
    case 'link_netns':
    case 'link_delete':
      return [call.name];
    case 'sysctl':
      return [call.name, call.value];
    case 'propagation':
      return [call.path, String(call.flags >>> 0)];
    case 'rlimit':
      return [String(call.resource), String(call.soft), String(call.hard)];
    case 'oom_score_adj':
      return [String(call.value)];
    case 'umask':
      return [octal(call.mode)];
    case 'bounding':
    case 'ambient':
      return [call.mask.toString(16)];
    case 'keepcaps':
      return [flag(call.on)];
    case 'setgroups':
      return [call.groups.join(',')];
    case 'setgid':
      return [String(call.gid)];
    case 'setuid':
      return [String(call.uid)];
    case 'capset':
      return [call.effective, call.permitted, call.inheritable].map((mask) => mask.toString(16));
    case 'seccomp':
      return [call.program];
    case 'chdir':
      return [call.path, flag(call.create)];
    case 'execve':
      return [
        call.file,
        String(call.argv.length),
        ...call.argv,
        String(call.env.length),
        ...call.env,
      ];
    case 'veth':
      return [call.name, call.peer, call.mac];
    case 'resolver':
      return [call.address];
    case 'link_master':
      return [call.name, call.bridge];
    case 'link_name':
      return [call.from, call.to];
    case 'addr':
      return [call.name, call.address];
    case 'route':
      return [call.destination, call.gateway];
    case 'pivot_root':
    case 'setsid':
    case 'no_new_privs':
      return [];
  }
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

/** The plan as records for `sys.packRecords`: the phase, the call, then its arguments. */
export function planRecords(plan: readonly Step[]): (string | Uint8Array)[][] {
  return plan.map((step) => {
    const fields = argumentsOf(step);
    fields.unshift(step.phase, step.op);
    return fields;
  });
}
