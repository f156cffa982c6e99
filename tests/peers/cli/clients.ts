import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a command left behind. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `docker` command that can be called. */
export interface DockerCommand {
  run(argv: readonly string[], env: Record<string, string>, stdin?: string): Promise<Outcome>;
}

/** The real one, or null when the machine has none or one of another generation. */
export async function realDocker(): Promise<DockerCommand | null> {
  const real: DockerCommand = {
    run: (argv, env, stdin = '') =>
      new Promise((resolve, reject) => {
        const child = spawn('docker', argv, { env: { PATH: process.env['PATH'], ...env } });
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        child.stdout.on('data', (data: Buffer) => out.push(data));
        child.stderr.on('data', (data: Buffer) => err.push(data));
        child.on('error', reject);
        child.on('close', (status) => {
          resolve({
            status: status ?? -1,
            stdout: Buffer.concat(out).toString(),
            stderr: Buffer.concat(err).toString(),
          });
        });
        // A command that has ended reads no more: what it did not want is not an error of the test.
        child.stdin.on('error', () => undefined);
        child.stdin.end(stdin);
      }),
  };
  try {
    const { stdout } = await real.run(['--version'], {});
    return stdout.startsWith('Docker version 28.') ? real : null;
  } catch {
    return null;
  }
}

interface Bundle {
  command(sys: unknown, argv: string[], env: Record<string, string>, cwd: string): Promise<number>;
  readonly FakeHttpParser: new (kind: 'response') => unknown;
}

/** Ours, bundled as for the guest, over Node's sockets in this process. */
export async function ourDocker(): Promise<DockerCommand> {
  const directory = mkdtempSync(join(tmpdir(), 'bottle-cli-'));
  const outfile = join(directory, 'cli.mjs');
  await build({
    stdin: {
      contents: `export { command } from './src/engine/cli/main.ts';
        export { FakeHttpParser } from './src/engine/sys/fake/http.ts';`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    target: 'es2023',
    outfile,
    logLevel: 'error',
  });
  // What the entry above exports; the engine is a project of its own, which tests do not compile.
  const bundle = (await import(pathToFileURL(outfile).href)) as Bundle;
  rmSync(directory, { recursive: true });
  return {
    async run(argv, env, stdin = '') {
      const sys = new NodeSys(bundle, stdin);
      const status = await bundle.command(sys, ['docker', ...argv], env, process.cwd());
      sys.end();
      return { status, stdout: sys.output(1), stderr: sys.output(2) };
    },
  };
}

/** The part of the engine's Sys that commands use, over Node's sockets; no terminals. */
class NodeSys {
  readonly #bundle: Bundle;
  readonly #sockets = new Map<number, { socket: Socket; chunks: AsyncIterator<Buffer> }>();
  readonly #written: Record<number, Buffer[]> = { 1: [], 2: [] };
  #stdin: string;
  #next = 3;

  constructor(bundle: Bundle, stdin: string) {
    this.#bundle = bundle;
    this.#stdin = stdin;
  }

  output(fd: number): string {
    return Buffer.concat(this.#written[fd] ?? []).toString();
  }

  end(): void {
    for (const { socket } of this.#sockets.values()) socket.destroy();
  }

  async connectUnix(path: string): Promise<number> {
    const socket = createConnection({ path, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const fd = this.#next++;
    this.#sockets.set(fd, { socket, chunks: socket.iterator({ destroyOnReturn: false }) });
    return fd;
  }

  async read(fd: number): Promise<ArrayBuffer> {
    if (fd === 0) {
      const text = this.#stdin;
      this.#stdin = '';
      return this.encode(text);
    }
    const { value, done } = (await this.#sockets.get(fd)?.chunks.next()) ?? { done: true };
    return done ? new ArrayBuffer(0) : new Uint8Array(value as Buffer).buffer;
  }

  async write(fd: number, data: string | ArrayBuffer | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(new Uint8Array(data));
    if (this.#written[fd]) this.#written[fd].push(bytes);
    else this.#sockets.get(fd)?.socket.write(bytes);
    return Promise.resolve();
  }

  shutdownWrite(fd: number): void {
    this.#sockets.get(fd)?.socket.end();
  }

  close(fd: number): void {
    this.#sockets.get(fd)?.socket.destroy();
    this.#sockets.delete(fd);
  }

  httpParser(): unknown {
    return new this.#bundle.FakeHttpParser('response');
  }

  encode(text: string): ArrayBuffer {
    return new Uint8Array(new TextEncoder().encode(text)).buffer;
  }

  decode(data: ArrayBuffer): string {
    return new TextDecoder().decode(data);
  }

  isatty(): boolean {
    return false;
  }

  onSignal(): void {
    // Nothing signals a command that runs inside the test.
  }

  timestamp(): string {
    return new Date().toISOString().replace('Z', '000000Z');
  }

  uname(): { machine: string } {
    return { machine: 'i686' };
  }

  /** There is no login, and no file in the way. */
  stat(): null {
    return null;
  }

  lstat(): null {
    return null;
  }

  readText(path: string): string {
    throw Object.assign(new Error(`open ${path}: no such file or directory`), { code: 'ENOENT' });
  }
}
