/**
 * Our `docker` beside the real Docker CLI 28: the same words typed, the same daemon (a stub on a
 * unix socket) answering; what is printed, the exit status and what is asked of the daemon must
 * be the same. Skipped by name where the real CLI is not installed.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { normal } from './asked.ts';
import { type DockerCommand, type Outcome, ourDocker, realDocker } from './clients.ts';
import { type Asked, StubDaemon } from './daemon.ts';
import { answers } from './state.ts';

const real = await realDocker();

/** What a command did, and what it asked of the daemon. */
export interface Seen extends Outcome {
  readonly asked: Asked[];
}

export interface Both {
  readonly real: Seen;
  readonly ours: Seen;
}

/** How both are run. */
export interface How {
  readonly stdin?: string;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called before each of the two: what the daemon answers to it. */
  readonly before?: () => void;
}

/** Tests that need both commands; they answer to a daemon with `answers`, each anew. */
export function besideDocker(what: string, define: (pair: Pair) => void): void {
  describe.skipIf(!real)(`docker beside the Docker CLI 28: ${what}`, () => {
    const pair = new Pair();
    beforeAll(() => pair.open());
    beforeEach(() => {
      pair.daemon.answers = answers;
      pair.daemon.taken();
    });
    afterAll(() => pair.close());
    define(pair);
  });
}

/** Both commands and the daemon that they ask. */
export class Pair {
  readonly daemon = new StubDaemon();
  readonly #socket = join(tmpdir(), `bottle-parity-${process.pid}.sock`);
  readonly #env = {
    DOCKER_HOST: `unix://${this.#socket}`,
    TZ: 'UTC',
    HOME: tmpdir(),
    WORD: 'from outside',
  };
  #ours: DockerCommand | null = null;

  async open(): Promise<void> {
    await this.daemon.listen(this.#socket);
    this.#ours = await ourDocker();
  }

  close(): Promise<void> {
    return this.daemon.close(this.#socket);
  }

  /** Runs one after the other. */
  async both(argv: readonly string[], { stdin, env, before }: How = {}): Promise<Both> {
    const run = async (docker: DockerCommand | null): Promise<Seen> => {
      if (!docker) throw new Error('there is no docker to compare');
      before?.();
      const outcome = await docker.run(argv, { ...this.#env, ...env }, stdin);
      return { ...outcome, asked: this.daemon.taken() };
    };
    return { real: await run(real), ours: await run(this.#ours) };
  }

  /** Expects the same in everything that is seen. */
  async same(argv: readonly string[]): Promise<void> {
    const outcome = await this.both(argv);
    // The real client looks at more before it finds fault with what was typed.
    if (outcome.real.status !== 0)
      for (const { asked } of [outcome.ours, outcome.real]) asked.splice(0);
    expectSame(outcome);
  }
}

/** Expects the same of both, and of what they asked in the form that `view` gives it. */
export function expectSame(
  { real, ours }: Both,
  view: (asked: readonly Asked[]) => unknown[] = normal,
): void {
  expect({ ...ours, asked: view(ours.asked) }).toEqual({ ...real, asked: view(real.asked) });
}
