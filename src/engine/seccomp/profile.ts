import { compile, type Rule } from './bpf.ts';
import { I386_SYSCALLS } from './syscalls.ts';

/**
 * Docker's default seccomp profile for i386, as an allow-list: every call of the kernel's table is
 * allowed unless it stands here, and a number beyond the table does not exist (ENOSYS).
 *
 * See it work: `docker run --rm busybox unshare true` is refused, with `--cap-add SYS_ADMIN` not.
 */
const NEEDS_CAPABILITY: Readonly<Record<string, string>> = {
  CAP_SYS_ADMIN:
    'bpf fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr ' +
    'lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open ' +
    'quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare clone3',
  CAP_BPF: 'bpf',
  CAP_DAC_READ_SEARCH: 'open_by_handle_at',
  CAP_PERFMON: 'perf_event_open',
  CAP_SYS_BOOT: 'reboot',
  CAP_SYS_CHROOT: 'chroot',
  CAP_SYS_MODULE: 'delete_module init_module finit_module',
  CAP_SYS_NICE: 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node',
  CAP_SYS_PACCT: 'acct',
  CAP_SYS_PTRACE: 'kcmp pidfd_getfd process_madvise',
  CAP_SYS_RAWIO: 'iopl ioperm',
  CAP_SYS_TIME: 'settimeofday stime clock_settime clock_settime64',
  CAP_SYS_TTY_CONFIG: 'vhangup',
  CAP_SYSLOG: 'syslog',
};

/** Refused to everyone: calls of no use to a container, or with a history of escapes. */
const NEVER =
  'break oldstat oldfstat stty gtty nice ftime prof signal lock mpx ulimit oldolduname ustat ' +
  'sigaction sgetmask ssetmask sigsuspend sigpending oldlstat uselib swapon readdir profil ' +
  'olduname idle vm86old swapoff create_module get_kernel_syms bdflush sysfs afs_syscall _sysctl ' +
  'vm86 query_module nfsservctl getpmsg putpmsg pivot_root vserver kexec_load add_key request_key ' +
  'keyctl migrate_pages move_pages userfaultfd arch_prctl io_uring_setup io_uring_enter ' +
  'io_uring_register';

const EPERM = 1;
const ENOSYS = 38;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET together. */
const CLONE_NAMESPACES = 0x7e020000;

/** PER_LINUX, UNAME26 and ADDR_NO_RANDOMIZE variants, and the question what it is. */
const PERSONALITIES = [0, 8, 0x20000, 0x20008, 0xffffffff];

/** AF_ALG and AF_VSOCK: kernel crypto, and a way to the hypervisor that no namespace divides. */
const REFUSED_FAMILIES = [38, 40];

function rules(capabilities: ReadonlySet<string>): Rule[] {
  const refused = new Set(NEVER.split(' '));
  for (const [capability, names] of Object.entries(NEEDS_CAPABILITY)) {
    if (!capabilities.has(capability)) for (const name of names.split(' ')) refused.add(name);
  }
  // A call that two capabilities open is open with either.
  for (const [capability, names] of Object.entries(NEEDS_CAPABILITY)) {
    if (capabilities.has(capability)) for (const name of names.split(' ')) refused.delete(name);
  }
  const admin = capabilities.has('CAP_SYS_ADMIN');
  return I386_SYSCALLS.map((name): Rule => {
    if (name === '-') return { action: 'errno', errno: ENOSYS };
    if (name === 'clone3' && !admin) return { action: 'errno', errno: ENOSYS };
    if (name === 'clone' && !admin) return { action: 'unless-flags', mask: CLONE_NAMESPACES };
    if (name === 'personality') return { action: 'only-values', values: PERSONALITIES };
    if (name === 'socket') return { action: 'except-values', values: REFUSED_FAMILIES };
    return refused.has(name) ? { action: 'errno', errno: EPERM } : { action: 'allow' };
  });
}

const compiled = new Map<string, Uint8Array>();

/**
 * The filter for a container with these capabilities (names with `CAP_`), as an array of
 * `struct sock_filter` for seccomp(2). Kept once compiled.
 */
export function defaultProfile(capabilities: ReadonlySet<string>): Uint8Array {
  const key = [...capabilities]
    .filter((name) => name in NEEDS_CAPABILITY)
    .sort()
    .join();
  const known = compiled.get(key);
  if (known) return known;
  const program = compile(rules(capabilities), { action: 'errno', errno: ENOSYS });
  compiled.set(key, program);
  return program;
}
