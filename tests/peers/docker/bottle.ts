/** The machine as `npm run machine` starts it, and the real Docker CLI pointed at it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTool } from '../tools.ts';
import type { Tool } from '../tools.ts';
import { Process } from './process.ts';
import type { Ended, Size } from './process.ts';

const MACHINE = fileURLToPath(new URL('../../../src/machine/cli.ts', import.meta.url));
const READY = 'docker -H tcp://';

/** The Docker CLI and what gives it a terminal; `missing` when one of them is. */
export async function findDocker(): Promise<Tool> {
  // Debian 13 has the command in a package of its own, Debian 12 beside the daemon.
  const own = await findTool({ command: 'docker', debian: 'docker-cli' });
  const docker = own.missing ? await findTool({ command: 'docker', debian: 'docker.io' }) : own;
  const python = await findTool({ command: 'python3', debian: 'python3-minimal' });
  return docker.missing || !python.missing ? docker : python;
}

export class Bottle {
  readonly #machine: Process;
  readonly #host: string;
  readonly #settings: string;

  private constructor(machine: Process, host: string, settings: string) {
    this.#machine = machine;
    this.#host = host;
    this.#settings = settings;
  }

  /** Resolves when the machine has said that it is ready, and where. */
  static async start(): Promise<Bottle> {
    const machine = new Process([process.execPath, '--import', 'tsx', MACHINE, '--api', '0']);
    await machine.until(READY);
    await machine.until(' ps; Ctrl-C ends it\n');
    const host = /tcp:\/\/\S+/.exec(machine.stdout)?.[0] ?? '';
    return new Bottle(machine, host, await mkdtemp(join(tmpdir(), 'peers-docker-')));
  }

  /** Switches the machine off; what it printed and its exit status. */
  async stop(): Promise<Ended> {
    this.#machine.signal('SIGINT');
    await rm(this.#settings, { recursive: true });
    return this.#machine.ended;
  }

  /** Starts `docker ARGS…`; with a size on a terminal of its own. */
  start(args: readonly string[], size?: Size): Process {
    const { PATH } = process.env;
    // Neither the settings nor the language nor the time zone of who runs the tests.
    const env = { PATH, HOME: this.#settings, LC_ALL: 'C', TZ: 'UTC', TERM: 'xterm' };
    return new Process(['docker', '-H', this.#host, ...args], env, size);
  }

  /** Runs `docker ARGS…` to its end, without standard input. */
  async docker(...args: readonly string[]): Promise<Ended> {
    return this.start(args).end().ended;
  }
}
