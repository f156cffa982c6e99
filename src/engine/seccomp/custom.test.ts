import { describe, expect, it } from 'vitest';
import { customProfile, ProfileError } from './custom.ts';
import { run } from './kernel.fixture.ts';
import { I386_SYSCALLS } from './syscalls.ts';

const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const compiled = (profile: object, ...capabilities: string[]): Uint8Array =>
  customProfile(JSON.stringify(profile), new Set(capabilities));
const entry = (names: string[], rest: object = {}): object => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  ...rest,
});

describe('a seccomp profile of one’s own', () => {
  it('refuses what it names when the rest is allowed', () => {
    const program = compiled({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        { names: ['mkdir', 'mkdirat', 'no_such_call'], action: 'SCMP_ACT_ERRNO' },
        { name: 'chmod', action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
        { names: ['reboot'], action: 'SCMP_ACT_KILL_PROCESS' },
      ],
    });
    expect(run(program, 'mkdir')).toBe(ERRNO | 1);
    expect(run(program, 'chmod')).toBe(ERRNO | 38);
    expect(run(program, 'reboot')).toBe(0x80000000);
    expect(run(program, 'read')).toBe(ALLOW);
    expect(run(program, 100_000)).toBe(ALLOW);
  });

  it('allows what it names when the rest is refused; calls newer than it do not exist', () => {
    const program = compiled({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [entry(['read', 'write', 'execve', 'openat'])],
    });
    expect(run(program, 'read')).toBe(ALLOW);
    expect(run(program, 'open')).toBe(ERRNO | 1);
    expect(run(program, I386_SYSCALLS.indexOf('openat') + 1)).toBe(ERRNO | 38);
    expect(run(program, 'clone3')).toBe(ERRNO | 38);
  });

  it.each([
    ['SCMP_CMP_EQ', 5, [5], [4, 6]],
    ['SCMP_CMP_NE', 5, [4, 6], [5]],
    ['SCMP_CMP_LT', 5, [0, 4], [5, 6]],
    ['SCMP_CMP_LE', 5, [4, 5], [6]],
    ['SCMP_CMP_GE', 5, [5, 6], [4]],
    ['SCMP_CMP_GT', 5, [6, 0xffffffff], [5]],
    ['SCMP_CMP_EQ', 0x1_0000_0005, [], [5]],
    ['SCMP_CMP_LT', 0x1_0000_0005, [5], []],
  ])('compares an argument: %s %d', (op, value, holding, failing) => {
    const program = compiled({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [entry(['personality'], { args: [{ index: 1, value, op }] })],
    });
    for (const each of holding) expect(run(program, 'personality', [9, each])).toBe(ALLOW);
    for (const each of failing) expect(run(program, 'personality', [9, each])).toBe(ERRNO | 1);
  });

  it('masks an argument before it compares', () => {
    const args = [{ index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }];
    const program = compiled({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [entry(['clone'], { args })],
    });
    expect(run(program, 'clone', 17)).toBe(ALLOW);
    expect(run(program, 'clone', 0x10000000)).toBe(ERRNO | 1);
  });

  it('asks all conditions on different arguments, and any of those on one', () => {
    const condition = (index: number, value: number): object => ({
      index,
      value,
      op: 'SCMP_CMP_EQ',
    });
    const program = compiled({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [
        entry(['socket'], { args: [condition(0, 1), condition(1, 2)] }),
        entry(['personality'], { args: [condition(0, 1), condition(0, 8)] }),
      ],
    });
    expect(run(program, 'socket', [1, 2])).toBe(ALLOW);
    expect(run(program, 'socket', [1, 3])).toBe(ERRNO | 1);
    expect(run(program, 'personality', [1])).toBe(ALLOW);
    expect(run(program, 'personality', [8])).toBe(ALLOW);
    expect(run(program, 'personality', [2])).toBe(ERRNO | 1);
  });

  it('heeds capabilities, architectures and the kernel', () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [
        entry(['mount'], { includes: { caps: ['CAP_SYS_ADMIN'] } }),
        entry(['chroot'], { excludes: { caps: ['CAP_SYS_ADMIN'] } }),
        entry(['vm86'], { includes: { arches: ['x86'] } }),
        entry(['iopl'], { includes: { arches: ['amd64', 's390x'] } }),
        entry(['ptrace'], { includes: { minKernel: '4.8' } }),
        entry(['acct'], { includes: { minKernel: '6.13' } }),
        entry(['mseal']),
      ],
    };
    const plain = compiled(profile);
    const admin = compiled(profile, 'CAP_SYS_ADMIN');
    expect(run(plain, 'mount')).toBe(ERRNO | 1);
    expect(run(admin, 'mount')).toBe(ALLOW);
    expect(run(plain, 'chroot')).toBe(ALLOW);
    expect(run(admin, 'chroot')).toBe(ERRNO | 1);
    expect(run(plain, 'vm86')).toBe(ALLOW);
    expect(run(plain, 'iopl')).toBe(ERRNO | 1);
    expect(run(plain, 'ptrace')).toBe(ALLOW);
    expect(run(plain, 'acct')).toBe(ERRNO | 1);
  });

  it('jumps as far as it must', () => {
    const args = [{ index: 0, value: 7, op: 'SCMP_CMP_EQ' }];
    const names = I386_SYSCALLS.filter((name) => name !== '-');
    const program = compiled({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [entry(names, { args })],
    });
    for (const name of names) {
      expect(run(program, name, 7), name).toBe(ALLOW);
      expect(run(program, name, 8), name).toBe(ERRNO | 1);
    }
    expect(program.length / 8).toBeLessThan(4096);
  });

  it('says what is wrong with it', () => {
    const refuse = (text: string): string => {
      try {
        customProfile(text, new Set());
      } catch (error) {
        if (error instanceof ProfileError) return error.message;
        throw error;
      }
      return 'accepted';
    };
    expect(refuse('{')).toMatch(/^Decoding seccomp profile failed: /);
    expect(refuse('{"defaultAction":"SCMP_ACT_NONE"}')).toMatch(/defaultAction: invalid Action/);
    expect(refuse('{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"action":1}]}')).toContain(
      'syscalls.0.action',
    );
    const both = { name: 'a', names: ['b'], action: 'SCMP_ACT_ALLOW' };
    expect(refuse(JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [both] }))).toContain(
      "'name' and 'names' were specified",
    );
  });
});
