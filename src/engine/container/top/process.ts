import type { Sys } from '../../sys/sys.ts';

/** What proc(5) says of a process. Times in clock ticks of 10 ms. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly uid: number;
  readonly gid: number;
  /** `R`, `S`, `D`, `Z`, `T` … */
  readonly state: string;
  /** 0 without a terminal. */
  readonly terminal: number;
  /** The process group in the foreground of its terminal. */
  readonly foreground: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly priority: number;
  readonly nice: number;
  readonly threads: number;
  /** Since the machine was booted. */
  readonly startTicks: number;
  /** Bytes of address space, and of memory. */
  readonly virtual: number;
  readonly resident: number;
  /** The name of the program, at most 15 characters. */
  readonly name: string;
  /** The arguments, or the name in brackets when there are none. */
  readonly command: string;
}

/** Clock ticks a second (sysconf(3) _SC_CLK_TCK). */
export const TICKS = 100;
const PAGE = 4096;

/** Reads `/proc/PID`; null when the process is gone. */
export function readProcess(sys: Sys, pid: number): Process | null {
  const directory = `/proc/${String(pid)}`;
  try {
    const owner = sys.stat(directory);
    if (!owner) return null;
    const stat = sys.readText(`${directory}/stat`);
    const line = sys.readText(`${directory}/cmdline`);
    // The name stands in parentheses and may have some itself.
    const open = stat.indexOf('(');
    const close = stat.lastIndexOf(')');
    const name = stat.slice(open + 1, close);
    const fields = stat.slice(close + 2).split(' ');
    // Numbered as in proc_pid_stat(5), where the state is the third.
    const field = (number: number): number => Number(fields[number - 3] ?? 0);
    const state = fields[0] ?? '?';
    const words = line.replace(/\0+$/, '').replaceAll('\0', ' ').trim();
    return {
      pid,
      ppid: field(4),
      pgrp: field(5),
      session: field(6),
      terminal: field(7),
      foreground: field(8),
      userTicks: field(14),
      systemTicks: field(15),
      priority: field(18),
      nice: field(19),
      threads: field(20),
      startTicks: field(22),
      virtual: field(23),
      resident: field(24) * PAGE,
      uid: owner.uid,
      gid: owner.gid,
      state,
      name,
      command: words !== '' ? words : state === 'Z' ? `[${name}] <defunct>` : `[${name}]`,
    };
  } catch {
    return null; // it ended while it was read
  }
}

/** The processes of a control group and those below it, by PID. */
export function processesOf(sys: Sys, cgroup: string): number[] {
  const pids: number[] = [];
  const walk = (directory: string): void => {
    pids.push(
      ...sys
        .readText(`${directory}/cgroup.procs`)
        .split('\n')
        .filter((line) => line !== '')
        .map(Number),
    );
    for (const { name, type } of sys.readdir(directory)) {
      if (type === 'dir') walk(`${directory}/${name}`);
    }
  };
  walk(cgroup);
  return pids.sort((a, b) => a - b);
}
