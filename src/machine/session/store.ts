import type { Layer } from './layer.ts';

/** A connection between page and guest that was open: the guest must be told that nobody is there any more. */
export interface LostConnection {
  readonly localPort: number;
  readonly remotePort: number;
  /** The page's next sequence number. */
  readonly sequence: number;
}

/** What a terminal showed, as text with escape sequences, and its size then. */
export interface Shown {
  readonly text: string;
  readonly columns: number;
  readonly rows: number;
}

/** What belongs to a state beside the machine itself. */
export interface StateNote {
  /** When it was taken, in ms since 1970. */
  readonly at: number;
  /** One for each console. */
  readonly shown: readonly Shown[];
  readonly connections: readonly LostConnection[];
  /** Whatever the page wants to know again. */
  readonly page: unknown;
}

export interface LayerReference {
  readonly id: number;
  /** Its stored size. */
  readonly bytes: number;
}

/** A saved state: layers over the snapshot, the lowest first, and the devices. */
export interface SavedState {
  readonly name: string;
  /** SHA-256 of the snapshot that it is a difference to: over another one it makes no sense. */
  readonly build: string;
  readonly layers: readonly LayerReference[];
  /** The emulator's state without its memory, compressed with gzip. */
  readonly devices: ArrayBuffer;
  readonly note: StateNote;
}

/** What is to be different in a store, all of it or nothing. */
export interface StoreChange {
  readonly states?: readonly SavedState[];
  readonly layers?: ReadonlyMap<number, Layer>;
  /** Names of states and numbers of layers that go. */
  readonly drop?: { readonly states: readonly string[]; readonly layers: readonly number[] };
}

/** Where states are kept. Rejects with whatever the place throws. */
export interface StateStore {
  states(): Promise<readonly SavedState[]>;
  layer(id: number): Promise<Layer | undefined>;
  commit(change: StoreChange): Promise<void>;
}

/** Keeps states for as long as the page is open: where storage is blocked, or belongs to another tab. */
export function memoryStore(): StateStore {
  const states = new Map<string, SavedState>();
  const layers = new Map<number, Layer>();
  return {
    states: () => Promise.resolve([...states.values()]),
    layer: (id) => Promise.resolve(layers.get(id)),
    commit(change) {
      for (const name of change.drop?.states ?? []) states.delete(name);
      for (const id of change.drop?.layers ?? []) layers.delete(id);
      for (const state of change.states ?? []) states.set(state.name, state);
      for (const [id, layer] of change.layers ?? []) layers.set(id, layer);
      return Promise.resolve();
    },
  };
}
