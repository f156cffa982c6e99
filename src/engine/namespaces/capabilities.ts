/**
 * Capabilities: root's power in pieces (capabilities(7)).
 *
 * See them: `docker run --rm busybox grep Cap /proc/self/status`.
 */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE ' +
  'NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO ' +
  'SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME ' +
  'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG ' +
  'WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** The 14 that Docker gives to a container. */
const DEFAULT = (
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP ' +
  'SETGID SETPCAP SETUID SYS_CHROOT'
).split(' ');

/** A name that a user gave, with or without `CAP_`, in any case; null when there is no such one. */
function normalise(name: string): string | null {
  const bare = name.toUpperCase().replace(/^CAP_/, '');
  return bare === 'ALL' || NAMES.includes(bare) ? bare : null;
}

/** The first name of a list that is no capability, as the user wrote it. */
export function unknownCapability(names: readonly string[]): string | undefined {
  return names.find((name) => normalise(name) === null);
}

/**
 * The capabilities of a container, without `CAP_`: Docker's 14 with additions and removals, where
 * `ALL` stands for every one, and all of them when it is privileged.
 */
export function capabilities(
  added: readonly string[],
  dropped: readonly string[],
  privileged: boolean,
): ReadonlySet<string> {
  if (privileged) return new Set(NAMES);
  const add = new Set(added.map(normalise));
  const drop = new Set(dropped.map(normalise));
  const base = add.has('ALL') ? NAMES : drop.has('ALL') ? [] : DEFAULT;
  const result = new Set(base.filter((name) => !drop.has(name)));
  for (const name of add) if (name !== null && name !== 'ALL') result.add(name);
  return result;
}

/** The set as the kernel's bit mask. */
export function mask(set: ReadonlySet<string>): bigint {
  return NAMES.reduce((bits, name, i) => (set.has(name) ? bits | (1n << BigInt(i)) : bits), 0n);
}
