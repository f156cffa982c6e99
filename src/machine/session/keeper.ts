import { contentsOf, gunzip, gzip, markLayers, packLayer, sizeOf, squash } from './layer.ts';
import type { Layer } from './layer.ts';
import { marksOf, PAGE } from './pages.ts';
import type { ChangedPages, Marks } from './pages.ts';
import { carry, receive } from './portable.ts';
import type { Portable } from './portable.ts';
import { memoryOf, withMemory } from './state.ts';
import type { PackedMemory } from './state.ts';
import type {
  LayerReference,
  LostConnection,
  SavedState,
  StateNote,
  StateStore,
  StoreChange,
} from './store.ts';

/** The state that a closed page goes on from. Others are kept by names of the page. */
export const NOW = 'now';
/** A state that failed when it was restored. */
export const ASIDE = 'aside';

/** What all states may take together, in bytes: states that were kept go first, the oldest before the others. */
export const LIMIT = 192 * 1024 * 1024;
/** Layers that no kept state tells apart, before they become one. */
const MOST_LAYERS = 8;

/** What is taken of a machine while it stands still. */
export interface MachineCapture {
  /** The emulator's state without the memory. */
  readonly devices: ArrayBuffer;
  readonly changes: ChangedPages;
  readonly connections: readonly LostConnection[];
}

/** The same with what the page adds, to be saved. */
export interface Capture extends Pick<MachineCapture, 'devices' | 'changes'> {
  readonly note: StateNote;
}

/** The snapshot that states are differences to. */
export interface Base {
  readonly memory: PackedMemory;
  readonly marks: Marks;
}

/** The memory of an unpacked snapshot, with its marks. */
export function baseOf(state: ArrayBuffer): Base {
  const memory = memoryOf(state);
  return { memory, marks: marksOf(memory.contents, memory.pages, memory.count) };
}

/** A whole state, ready for the emulator. */
export interface Restored {
  readonly state: ArrayBuffer;
  readonly marks: Marks;
  readonly note: StateNote;
}

/** The states that there are, for whoever shows them. */
export interface Inventory {
  readonly bytes: number;
  readonly kept: readonly { readonly name: string; readonly at: number }[];
}

/** Nothing could be kept, since there is no room for it. */
export class StoreFull extends Error {}

/** Keeps states of one machine as layers over its snapshot. Its calls must come one after the other. */
export class Keeper {
  readonly #store: StateStore;
  readonly #build: string;
  readonly #limit: number;
  #states: ReadonlyMap<string, SavedState>;
  /** What the machine that runs now stands on. */
  #layers: readonly LayerReference[] = [];
  #next: number;

  private constructor(
    store: StateStore,
    build: string,
    states: readonly SavedState[],
    limit: number,
  ) {
    this.#store = store;
    this.#build = build;
    this.#limit = limit;
    this.#states = byName(states);
    this.#next = 1 + Math.max(0, ...states.flatMap(({ layers }) => layers.map(({ id }) => id)));
  }

  /**
   * Opens a store. States of another snapshot than `build` are of no use and go; `foreign` says that the machine's
   * own was one of them. Rejects with whatever the store does.
   */
  static async open(
    store: StateStore,
    build: string,
    limit = LIMIT,
  ): Promise<{ keeper: Keeper; foreign: boolean }> {
    const states = await store.states();
    const keeper = new Keeper(store, build, states, limit);
    const foreign = states.filter((state) => state.build !== build);
    if (foreign.length > 0) await keeper.#change({ drop: foreign.map(({ name }) => name) });
    return { keeper, foreign: foreign.some(({ name }) => name === NOW) };
  }

  get inventory(): Inventory {
    const kept = [...this.#states.values()].map(({ name, note }) => ({ name, at: note.at }));
    return { bytes: bytesOf(this.#states), kept };
  }

  has(name: string): boolean {
    return this.#states.has(name);
  }

  /** Keeps a capture as the state to go on from, and by another name when one is given. */
  async save({ devices, changes, note }: Capture, name?: string): Promise<void> {
    const [layer, packed] = await Promise.all([packLayer(changes), gzip(devices)]);
    const added = new Map<number, Layer>();
    let layers = this.#layers;
    if (changes.pages.length > 0) {
      const id = this.#next++;
      added.set(id, layer);
      layers = [...layers, { id, bytes: sizeOf(layer) }];
    }
    const state = { name: NOW, build: this.#build, layers, devices: packed, note };
    await this.#change({
      states: [state, ...(name === undefined ? [] : [{ ...state, name }])],
      layers: added,
    });
    this.#layers = layers;
    await this.#tidy();
  }

  /**
   * Puts a state together; from now on the machine stands on it. What is stored is read while the snapshot is still
   * on its way. Rejects when the state is damaged.
   */
  async restore(name: string, arriving: Promise<Base>): Promise<Restored> {
    const saved = this.#states.get(name);
    if (!saved) throw new Error(`there is no state ${name}`);
    const layers = await this.#read(saved.layers);
    const [contents, devices, { memory, marks }] = await Promise.all([
      contentsOf(layers),
      gunzip(saved.devices),
      arriving,
    ]);
    const below = new Map(memory.pages.map((page, index) => [page, index]));
    const state = withMemory(devices.buffer, memory.count, (page) => {
      const over = contents.get(page);
      if (over !== undefined) return over;
      const index = below.get(page);
      return index === undefined
        ? null
        : memory.contents.subarray(index * PAGE, (index + 1) * PAGE);
    });
    if (name !== NOW) await this.#change({ states: [{ ...saved, name: NOW }] });
    this.#layers = saved.layers;
    return { state, marks: markLayers(marks, layers), note: saved.note };
  }

  /** The state to go on from, to be taken elsewhere. */
  async takeOut(): Promise<Portable> {
    const now = this.#states.get(NOW);
    if (!now) throw new Error('there is no state yet');
    const { devices, build, note } = now;
    return { build, devices, note, ...(await carry(await this.#read(now.layers))) };
  }

  /** Makes what came from elsewhere the state to go on from. Throws with what is wrong with it. */
  async bringIn(portable: Portable, note: StateNote, count: number): Promise<void> {
    if (portable.build !== this.#build) throw new Error('it is of another version of the page');
    const layer = await receive(portable, count);
    const one = { id: this.#next++, bytes: sizeOf(layer) };
    await this.#change({
      states: [{ name: NOW, build: this.#build, layers: [one], devices: portable.devices, note }],
      layers: new Map([[one.id, layer]]),
    });
    this.#layers = [one];
  }

  /** The machine starts from the snapshot: the state to go on from is given up. */
  async startOver(): Promise<void> {
    this.#layers = [];
    if (this.has(NOW)) await this.#change({ drop: [NOW] });
  }

  /** Gives every state up. */
  async forgetAll(): Promise<void> {
    this.#layers = [];
    await this.#change({ drop: [...this.#states.keys()] });
  }

  /** Puts the state to go on from aside, since it does not work. */
  async putAside(): Promise<void> {
    const state = this.#states.get(NOW);
    this.#layers = [];
    if (state) await this.#change({ states: [{ ...state, name: ASIDE }], drop: [NOW] });
  }

  async #read(references: readonly LayerReference[]): Promise<readonly Layer[]> {
    const layers = await Promise.all(references.map(({ id }) => this.#store.layer(id)));
    return layers.map((layer, index) => {
      if (!layer) throw new Error(`its part ${String(references[index]?.id)} is missing`);
      return layer;
    });
  }

  /**
   * Changes the store, and what is known of it when that was done. Kept states are given up, the oldest first, as
   * far as the limit asks for it, or the browser. Throws `StoreFull` when there is nothing left to give up.
   */
  async #change(change: {
    readonly states?: readonly SavedState[];
    readonly drop?: readonly string[];
    readonly layers?: ReadonlyMap<number, Layer>;
  }): Promise<void> {
    const { states = [], drop = [], layers = new Map<number, Layer>() } = change;
    const next = new Map(this.#states);
    for (const name of drop) next.delete(name);
    for (const state of states) next.set(state.name, state);
    const oldest = [...next.values()]
      .filter(({ name }) => name !== NOW && !states.some((state) => state.name === name))
      .sort((a, b) => a.note.at - b.note.at);
    while (bytesOf(next) > this.#limit) {
      const victim = oldest.shift();
      if (!victim) break;
      next.delete(victim.name);
    }
    for (;;) {
      try {
        await this.#store.commit(difference(this.#states, next, layers));
        break;
      } catch (error) {
        if (!isFull(error)) throw error;
        const victim = oldest.shift();
        if (!victim) throw new StoreFull('the browser has no room for it', { cause: error });
        next.delete(victim.name);
      }
    }
    this.#states = next;
  }

  /**
   * Makes one layer of those that no state tells apart, when there are many: of the newest few, and of what lies
   * below as long as that is not much larger, so that a large layer is rarely written again.
   */
  async #tidy(): Promise<void> {
    const owners = (id: number): string =>
      [...this.#states.values()]
        .filter(({ layers }) => layers.some((layer) => layer.id === id))
        .map(({ name }) => name)
        .join('\n');
    const top = this.#layers.at(-1);
    if (!top) return;
    const mine = owners(top.id);
    const run: LayerReference[] = [];
    for (const layer of [...this.#layers].reverse()) {
      if (owners(layer.id) !== mine) break;
      const above = run.reduce((sum, { bytes }) => sum + bytes, 0);
      if (run.length >= MOST_LAYERS && layer.bytes > 2 * above) break;
      run.unshift(layer);
    }
    if (run.length < MOST_LAYERS) return;
    const layer = await squash(await this.#read(run));
    const one = { id: this.#next++, bytes: sizeOf(layer) };
    const replaced = (layers: readonly LayerReference[]): readonly LayerReference[] => {
      const at = layers.findIndex(({ id }) => id === run[0]?.id);
      return at < 0 ? layers : [...layers.slice(0, at), one, ...layers.slice(at + run.length)];
    };
    await this.#change({
      states: [...this.#states.values()].map((state) => ({
        ...state,
        layers: replaced(state.layers),
      })),
      layers: new Map([[one.id, layer]]),
    });
    this.#layers = replaced(this.#layers);
  }
}

function byName(states: readonly SavedState[]): ReadonlyMap<string, SavedState> {
  return new Map(states.map((state) => [state.name, state]));
}

function layersOf(states: ReadonlyMap<string, SavedState>): ReadonlyMap<number, number> {
  return new Map(
    [...states.values()].flatMap(({ layers }) => layers.map(({ id, bytes }) => [id, bytes])),
  );
}

function bytesOf(states: ReadonlyMap<string, SavedState>): number {
  let sum = 0;
  for (const bytes of layersOf(states).values()) sum += bytes;
  for (const { devices } of states.values()) sum += devices.byteLength;
  return sum;
}

/** What a store has to do to get from one set of states to another. */
function difference(
  before: ReadonlyMap<string, SavedState>,
  after: ReadonlyMap<string, SavedState>,
  added: ReadonlyMap<number, Layer>,
): StoreChange {
  const wanted = layersOf(after);
  return {
    states: [...after.values()].filter((state) => before.get(state.name) !== state),
    layers: new Map([...added].filter(([id]) => wanted.has(id))),
    drop: {
      states: [...before.keys()].filter((name) => !after.has(name)),
      layers: [...layersOf(before).keys()].filter((id) => !wanted.has(id)),
    },
  };
}

/** What browsers throw when the disk, or the page's share of it, is full. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
