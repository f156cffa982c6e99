/** Restored machines for tests, with a shell whose commands have results. */
import { fileURLToPath } from 'node:url';
import { makeSnapshot } from '../../guest/snapshot.ts';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { Machine, serveRegistry } from '../../src/machine/index.ts';
import type { Console, RequestOptions } from '../../src/machine/index.ts';
import { createRegistry, memoryStore } from '../../src/registry/index.ts';
import type { Storage } from '../../src/registry/index.ts';
import { directoryStorage } from '../../src/registry/storage/directory.ts';

const IMAGES = fileURLToPath(new URL('../../public/images/', import.meta.url));

/** Far longer than any command of a test; it only ends a wait for something that never comes. */
const PATIENCE = 60_000;

export interface OpenOptions {
  /** Boot instead of restoring. */
  readonly cold?: boolean;
  /** Memory of a machine that boots, in MiB. */
  readonly memory?: number;
  /** What its registry serves; the bundled images unless told. */
  readonly storage?: Storage;
}

/**
 * A machine as a visitor gets it, registry included; the snapshot is made first when it is missing or stale.
 * Destroy it when done.
 */
export async function openMachine(options: OpenOptions = {}): Promise<Machine> {
  await makeSnapshot({ quick: true });
  const { storage = directoryStorage(IMAGES), ...how } = options;
  const machine = await Machine.create({ assets: fileAssets(), ...how });
  serveRegistry(machine, createRegistry({ storage, store: memoryStore(), access: 'users' }));
  return machine;
}

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, 0–255. */
  readonly code: number;
}

/** A machine with two shells: `sh` is the learner's (console 3), `root` is root's (console 2). */
export class Guest {
  readonly machine: Machine;
  readonly #learner: Shell;
  readonly #root: Shell;

  private constructor(machine: Machine) {
    this.machine = machine;
    this.#learner = new Shell(machine.consoles[3], 'learner');
    this.#root = new Shell(machine.consoles[2], 'root');
  }

  static async open(options: OpenOptions = {}): Promise<Guest> {
    return new Guest(await openMachine(options));
  }

  /** Runs a command as the learner; stdin is empty. */
  sh(command: string): Promise<Result> {
    return this.#learner.run(command);
  }

  /** Runs a command as root; stdin is empty. */
  root(command: string): Promise<Result> {
    return this.#root.run(command);
  }

  /** A GET of the Engine API that must succeed; the answer's JSON. */
  async api(path: string, options: RequestOptions = {}): Promise<unknown> {
    const response = await this.machine.request(path, options);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  close(): Promise<void> {
    return this.machine.destroy();
  }
}

/* eslint-disable no-control-regex -- terminals speak in control characters */

/** Ends and separates what a command printed: ASCII's record separator, which no test prints. */
const MARK = '\x1e';

/** A console turned into something that runs commands one after another, without echo or line editing. */
class Shell {
  readonly #console: Console;
  readonly #user: 'learner' | 'root';
  #text = '';
  #look: () => void = () => undefined;
  #queue: Promise<unknown> | null = null;

  constructor(console: Console, user: 'learner' | 'root') {
    this.#console = console;
    this.#user = user;
    const decoder = new TextDecoder();
    console.onData((bytes) => {
      this.#text += decoder.decode(bytes, { stream: true });
      this.#look();
    });
  }

  run(command: string): Promise<Result> {
    const before = this.#queue ?? this.#start();
    const result = before.then(() => this.#command(command));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #start(): Promise<void> {
    await this.#until(/[$#] (\x1b\[6n)?$/, 'a prompt');
    const errors = `/tmp/.test-${this.#user}`;
    // commands come as base64, one a line: no byte of them means anything to the terminal
    const loop =
      `stty raw -echo; printf '\\036'; while read -r line; do sh -c "$(printf %s "$line" | base64 -d)" </dev/null 2>${errors}; ` +
      `code=$?; printf '\\036'; cat ${errors}; printf '\\036%d\\036' $code; done`;
    const encoded = Buffer.from(loop).toString('base64');
    this.#text = '';
    const start = `sh -c "$(echo ${encoded} | base64 -d)"`;
    await this.#console.write(
      this.#user === 'root' ? `exec su -c '${start}'\r` : `exec ${start}\r`,
    );
    await this.#until(/\x1e/, 'the shell of the test');
  }

  async #command(command: string): Promise<Result> {
    this.#text = '';
    await this.#console.write(`${Buffer.from(command).toString('base64')}\n`);
    await this.#until(/\x1e[^\x1e]*\x1e\d+\x1e$/, `"${command}" to end`);
    const [stdout = '', stderr = '', code = ''] = this.#text.split(MARK);
    return { stdout, stderr, code: Number(code) };
  }

  #until(pattern: RegExp, what: string): Promise<void> {
    return new Promise((found, failed) => {
      const timer = setTimeout(() => {
        this.#look = () => undefined;
        failed(
          new Error(
            `waited ${PATIENCE / 1000} s for ${what}; the console shows:\n${this.#text.slice(-2000)}`,
          ),
        );
      }, PATIENCE);
      this.#look = () => {
        if (!pattern.test(this.#text)) return;
        this.#look = () => undefined;
        clearTimeout(timer);
        found();
      };
      this.#look();
    });
  }
}
