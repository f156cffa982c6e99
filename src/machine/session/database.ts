import { openDB } from 'idb';
import type { DBSchema } from 'idb';
import type { Layer } from './layer.ts';
import type { SavedState, StateStore } from './store.ts';

interface Schema extends DBSchema {
  states: { key: string; value: SavedState };
  layers: { key: number; value: Layer };
}

/**
 * States in the browser's own database. A commit is one transaction: a tab that is closed, or a browser that is
 * killed, in the middle of it leaves what was there before. Rejects where the browser keeps nothing.
 */
export async function databaseStore(name = 'machine'): Promise<StateStore> {
  const database = await openDB<Schema>(name, 1, {
    upgrade: (opened) => {
      opened.createObjectStore('states', { keyPath: 'name' });
      opened.createObjectStore('layers');
    },
  });
  return {
    states: () => database.getAll('states'),
    layer: (id) => database.get('layers', id),
    async commit({ states = [], layers = new Map(), drop = { states: [], layers: [] } }) {
      const transaction = database.transaction(['states', 'layers'], 'readwrite');
      const into = {
        states: transaction.objectStore('states'),
        layers: transaction.objectStore('layers'),
      };
      try {
        const work = [
          ...drop.states.map((gone) => into.states.delete(gone)),
          ...drop.layers.map((gone) => into.layers.delete(gone)),
          ...[...layers].map(([id, layer]) => into.layers.put(layer, id)),
          ...states.map((state) => into.states.put(state)),
        ];
        // when one fails all of it fails, and `done` says why
        await Promise.allSettled(work);
      } catch (error) {
        // what could not even be asked for: nothing of the rest may stay
        transaction.done.catch(() => undefined);
        transaction.abort();
        throw error;
      }
      await transaction.done;
    },
  };
}
