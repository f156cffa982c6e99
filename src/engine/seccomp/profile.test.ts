import { describe, expect, it } from 'vitest';
import { run } from './kernel.fixture.ts';
import { defaultProfile } from './profile.ts';
import { I386_SYSCALLS } from './syscalls.ts';

const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;

describe('the default seccomp profile', () => {
  const plain = defaultProfile(new Set());

  it('knows the numbers of the kernel', () => {
    expect(I386_SYSCALLS.indexOf('execve')).toBe(11);
    expect(I386_SYSCALLS.indexOf('openat')).toBe(295);
    expect(I386_SYSCALLS.indexOf('mseal')).toBe(462);
  });

  it('allows what programs need', () => {
    for (const name of ['read', 'execve', 'fork', 'futex_time64', 'statx', 'ptrace', 'setuid32'])
      expect(run(plain, name), name).toBe(ALLOW);
  });

  it('refuses what reaches the host', () => {
    for (const name of ['mount', 'reboot', 'init_module', 'keyctl', 'unshare', 'bpf', 'chroot'])
      expect(run(plain, name), name).toBe(ERRNO | 1);
  });

  it('opens calls with their capability', () => {
    const admin = defaultProfile(new Set(['CAP_SYS_ADMIN', 'CAP_SYS_CHROOT']));
    for (const name of ['mount', 'unshare', 'clone3', 'chroot', 'syslog'])
      expect(run(admin, name), name).toBe(ALLOW);
    expect(run(admin, 'reboot')).toBe(ERRNO | 1);
    expect(run(defaultProfile(new Set(['CAP_BPF'])), 'bpf')).toBe(ALLOW);
  });

  it('looks at arguments where the call alone says too little', () => {
    expect(run(plain, 'clone', 17)).toBe(ALLOW);
    expect(run(plain, 'clone', 0x10000000)).toBe(ERRNO | 1);
    expect(run(plain, 'personality', 8)).toBe(ALLOW);
    expect(run(plain, 'personality', 3)).toBe(ERRNO | 1);
    expect(run(plain, 'socket', 2)).toBe(ALLOW);
    expect(run(plain, 'socket', 40)).toBe(ERRNO | 1);
  });

  it('says that newer calls do not exist, so that libraries fall back', () => {
    expect(run(plain, 'clone3')).toBe(ERRNO | 38);
    expect(run(plain, 463)).toBe(ERRNO | 38);
    expect(run(plain, 100_000)).toBe(ERRNO | 38);
  });

  it('kills calls of another architecture', () => {
    expect(run(plain, 'read', 0, 0xc000003e)).toBe(0x80000000);
  });
});
