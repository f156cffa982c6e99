import { openDB } from 'idb';
import type { DBSchema } from 'idb';
import type { Store } from './store.ts';

interface Schema extends DBSchema {
  files: { key: string; value: Blob };
}

/**
 * The store in the browser's own database: it stays when the tab closes, and every tab of the page's
 * origin sees the same.
 *
 * Rejects where the browser keeps nothing (private windows of some, blocked storage); fall back on
 * `memoryStore` and say so.
 */
export async function indexedDbStore(name = 'registry'): Promise<Store> {
  const database = await openDB<Schema>(name, 1, {
    upgrade: (opened) => {
      opened.createObjectStore('files');
    },
  });
  return {
    async read(path) {
      const blob = await database.get('files', path);
      return blob === undefined ? null : { stream: blob.stream(), size: blob.size };
    },
    async write(path, content) {
      const blob = await new Response(content).blob();
      await database.put('files', blob, path);
    },
    async remove(path) {
      await database.delete('files', path);
    },
    async list(prefix) {
      return database.getAllKeys('files', IDBKeyRange.bound(prefix, `${prefix}\uffff`));
    },
  };
}
