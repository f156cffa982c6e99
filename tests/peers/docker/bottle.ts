/** The machine as `npm run machine` starts it, and the real Docker CLI pointed at it. */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Shell } from '../../guest/shell.ts';
import { findTool } from '../tools.ts';
import type { Tool } from '../tools.ts';
import { Process } from './process.ts';
import type { Ended, Size } from './process.ts';

const MACHINE = fileURLToPath(new URL('../../../src/machine/cli.ts', import.meta.url));
const READY = 'docker -H tcp://';
/** What the guest's shell puts a command's standard output in: it is to see no terminal there. */
const OUTPUT = '/tmp/.output';
/** Ends what never ends by itself: seconds, more than any line of a test takes. */
const LIMITED = 'timeout -s KILL 60';

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
  readonly #shell: Shell | null;

  private constructor(machine: Process, port: number, settings: string, shell: boolean) {
    const socket = join(settings, 'docker.sock');
    this.#machine = machine;
    this.#hosts = { tcp: `tcp://127.0.0.1:${port}`, unix: `unix://${socket}` };
    this.#settings = settings;
    this.#shell = shell ? new Shell(machine, 'learner') : null;
    this.#relay = createServer({ allowHalfOpen: true }, (client) => {
      const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    }).listen(socket);
  }

  /** Resolves when the machine has said that it is ready, and where. With a shell `inside` can be used. */
  static async start({ shell = false } = {}): Promise<Bottle> {
    const options = ['--api', '0', ...(shell ? ['--console'] : [])];
    const machine = new Process([process.execPath, '--import', 'tsx', MACHINE, ...options]);
    try {
      await machine.until(READY);
      await machine.until(shell ? ' ps; Ctrl-] ends it\n' : ' ps; Ctrl-C ends it\n');
    } catch (error) {
      machine.signal('SIGKILL'); // else it would keep the tests from ending
      throw error;
    }
    const port = Number(/tcp:\/\/127\.0\.0\.1:(\d+)/.exec(machine.stdout)?.[1]);
    return new Bottle(machine, port, await mkdtemp(join(tmpdir(), 'peers-docker-')), shell);
  }

  /** Where its Engine API is: `tcp://127.0.0.1:PORT`. */
  get host(): string {
    return this.#hosts.tcp;
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
    return new Process(['docker', '-H', this.#hosts[way], ...args], this.#environment(), size);
  }

  /** Runs `docker ARGS…` to its end, without standard input. */
  async docker(...args: readonly string[]): Promise<Ended> {
    return this.start(args).end().ended;
  }

  /** The same with its arguments as one typed them, between spaces. */
  line(words: string): Promise<Ended> {
    return this.docker(...words.split(' '));
  }

  /** A field of a container's state. */
  async state(name: string, field: string): Promise<string> {
    const { stdout } = await this.docker('inspect', '--format', `{{.State.${field}}}`, name);
    return stdout.trim();
  }

  /** Gives the real CLI a plugin: `docker-NAME` makes `docker NAME`. */
  async addPlugin(path: string): Promise<void> {
    const plugins = join(this.#settings, '.docker/cli-plugins');
    await mkdir(plugins, { recursive: true });
    await symlink(path, join(plugins, basename(path)));
  }

  /** Runs a line of shell on this computer, in a directory; `docker` in it is the one of this computer. */
  outside(line: string, directory: string): Promise<Ended> {
    const env = { ...this.#environment(), DOCKER_HOST: this.host };
    const within = `cd "$0" && exec ${LIMITED} sh -c "$1"`;
    return new Process(['sh', '-c', within, directory, line], env).end().ended;
  }

  /** Runs a line of shell in the guest as the learner, in a directory there; `docker` in it is ours. */
  async inside(line: string, directory: string): Promise<Ended> {
    if (!this.#shell) throw new Error('this machine was started without a shell');
    const encoded = Buffer.from(line).toString('base64');
    const limited = `${LIMITED} sh -c "$(echo ${encoded} | base64 -d)"`;
    const whole = `cd ${directory} && ${limited} >${OUTPUT}; code=$?; cat ${OUTPUT}; exit $code`;
    const { code, stdout, stderr } = await this.#shell.run(whole);
    return { status: code, stdout, stderr };
  }

  /** Neither the settings nor the language nor the time zone of who runs the tests. */
  #environment(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    return { PATH, HOME: this.#settings, LC_ALL: 'C', TZ: 'UTC', TERM: 'xterm' };
  }
}
