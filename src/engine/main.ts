/**
 * The engine's one bundle, loaded once in the guest; the native binary forks it for each role.
 *
 * `daemon` answers the Engine API; `command` is one run of `docker` or `bottle`.
 */
import { command } from './cli/main.ts';
import { daemon } from './daemon/main.ts';
import { sys } from './sys/quickjs.ts';

/** What `native/engine` calls. */
interface Entry {
  daemon(): Promise<void>;
  command(argv: string[], env: Record<string, string>, cwd: string): Promise<number>;
}

const entry: Entry = {
  daemon: () => daemon(sys),
  command: (argv, env, cwd) => command(sys, argv, env, cwd),
};

Object.assign(globalThis, { bottle: entry });
