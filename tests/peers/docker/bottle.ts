/** The machine as `npm run machine` starts it, and the real Docker CLI pointed at it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
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

/** Where the machine is asked for: as `npm run machine` says, or on a unix socket before that. */
export type Way = 'tcp' | 'unix';

export class Bottle {
  readonly #machine: Process;
  readonly #relay: Server;
  readonly #hosts: Readonly<Record<Way, string>>;
  readonly #settings: string;

  private constructor(machine: Process, port: number, settings: string) {
    const socket = join(settings, 'docker.sock');
    this.#machine = machine;
    this.#hosts = { tcp: `tcp://127.0.0.1:${port}`, unix: `unix://${socket}` };
    this.#settings = settings;
    this.#relay = createServer({ allowHalfOpen: true }, (client) => {
      const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    }).listen(socket);
  }

  /** Resolves when the machine has said that it is ready, and where. */
  static async start(): Promise<Bottle> {
    const machine = new Process([process.execPath, '--import', 'tsx', MACHINE, '--api', '0']);
    try {
      await machine.until(READY);
      await machine.until(' ps; Ctrl-C ends it\n');
    } catch (error) {
      machine.signal('SIGKILL'); // else it would keep the tests from ending
      throw error;
    }
    const port = Number(/tcp:\/\/127\.0\.0\.1:(\d+)/.exec(machine.stdout)?.[1]);
    return new Bottle(machine, port, await mkdtemp(join(tmpdir(), 'peers-docker-')));
  }

  /** Switches the machine off; what it printed and its exit status. */
  async stop(): Promise<Ended> {
    this.#relay.close();
    this.#machine.signal('SIGINT');
    const ended = await this.#machine.ended;
    await rm(this.#settings, { recursive: true });
    return ended;
  }

  /** Starts `docker ARGS…`; with a size on a terminal of its own. */
  start(args: readonly string[], size?: Size, way: Way = 'tcp'): Process {
    const { PATH } = process.env;
    // Neither the settings nor the language nor the time zone of who runs the tests.
    const env = { PATH, HOME: this.#settings, LC_ALL: 'C', TZ: 'UTC', TERM: 'xterm' };
    return new Process(['docker', '-H', this.#hosts[way], ...args], env, size);
  }

  /** Runs `docker ARGS…` to its end, without standard input. */
  async docker(...args: readonly string[]): Promise<Ended> {
    return this.start(args).end().ended;
  }
}
