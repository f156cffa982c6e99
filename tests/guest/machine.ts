/** Restored machines for tests, with a shell whose commands have results. */
import { fileURLToPath } from 'node:url';
import { makeSnapshot } from '../../guest/snapshot.ts';
import type { Assets } from '../../src/machine/assets.ts';
import type { Gateway } from '../../src/machine/gateway/gateway.ts';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { Machine, serveRegistry } from '../../src/machine/index.ts';
import type { RequestOptions } from '../../src/machine/index.ts';
import type { Restored } from '../../src/machine/session/keeper.ts';
import type { StateNote } from '../../src/machine/session/store.ts';
import { bundledPackages } from '../../src/packages/node.ts';
import { withPackages } from '../../src/packages/site.ts';
import { createRegistry, memoryStore } from '../../src/registry/index.ts';
import type { Registry, Storage } from '../../src/registry/index.ts';
import { directoryStorage } from '../../src/registry/storage/directory.ts';
import { Shell } from './shell.ts';
import type { Result } from './shell.ts';

export type { Result };

const IMAGES = fileURLToPath(new URL('../../public/images/', import.meta.url));

export interface OpenOptions {
  /** Boot instead of restoring. */
  readonly cold?: boolean;
  /** Memory of a machine that boots, in MiB. */
  readonly memory?: number;
  /** What its registry serves; the bundled images unless told. */
  readonly storage?: Storage;
  /** A registry that it shares with other machines; one of its own unless told. */
  readonly registry?: Registry;
  /** Its way to registries outside; none unless told. */
  readonly gateway?: Gateway;
  /** Another host name. */
  readonly hostname?: string;
  /** What `Machine.save` gave, to go on from there instead of from the snapshot. */
  readonly state?: ArrayBuffer;
  /** What a keeper gave back, the same; of a machine whose learner's shell had run something. */
  readonly saved?: Pick<Restored, 'state' | 'note'>;
}

/**
 * A machine as a visitor gets it, registry included; the snapshot is made first when it is missing or stale.
 * Destroy it when done.
 */
export async function openMachine(options: OpenOptions = {}): Promise<Machine> {
  await makeSnapshot({ quick: true });
  const { storage, registry = ownRegistry(storage), gateway, saved, ...how } = options;
  const { state = saved?.state, ...rest } = how;
  const assets = state === undefined ? fileAssets() : savedAssets(state, saved?.note);
  const machine = await Machine.create({ assets, ...rest });
  serveRegistry(machine, withPackages(registry, bundledPackages), gateway);
  return machine;
}

/** The project's files, with a state that was saved a moment ago in the snapshot's place. */
function savedAssets(state: ArrayBuffer, saved?: StateNote): Assets {
  const files = fileAssets();
  const bytes = state.byteLength;
  return {
    ...files,
    manifest: async (options) => ({ ...(await files.manifest(options)), bytes, shown: [] }),
    state: () => Promise.resolve({ state, bytes, sha256: null, ...(saved && { saved }) }),
  };
}

/** The bundled images, and what is pushed for as long as it is used. */
export function ownRegistry(storage = directoryStorage(IMAGES)): Registry {
  return createRegistry({ storage, store: memoryStore(), access: 'users' });
}

/** A machine with two shells: `sh` is the learner's (console 3), `root` is root's (console 2). */
export class Guest {
  readonly machine: Machine;
  readonly #learner: Shell;
  readonly #root: Shell;

  private constructor(machine: Machine, begun: boolean) {
    this.machine = machine;
    this.#learner = new Shell(machine.consoles[3], 'learner', begun);
    this.#root = new Shell(machine.consoles[2], 'root');
  }

  static async open(options: OpenOptions = {}): Promise<Guest> {
    return new Guest(await openMachine(options), options.saved !== undefined);
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

  /** What `docker inspect --format` says of a container. */
  async inspect(name: string, format: string): Promise<string> {
    return (await this.sh(`docker inspect -f '${format}' ${name}`)).stdout.trim();
  }

  close(): Promise<void> {
    return this.machine.destroy();
  }
}
