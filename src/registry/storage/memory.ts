import type { Storage } from './storage.ts';
import type { Store } from './store.ts';

/** The store as a map from path to content; what is put into the map later is served too. */
export function memoryStorage(files: ReadonlyMap<string, Uint8Array>): Storage {
  return {
    async read(path) {
      const content = files.get(path);
      if (content === undefined) return null;
      return {
        stream: new Blob([content as Uint8Array<ArrayBuffer>]).stream(),
        size: content.byteLength,
      };
    },
  };
}

/** A store that ends with the page or the process. */
export function memoryStore(files = new Map<string, Uint8Array>()): Store {
  return {
    ...memoryStorage(files),
    async write(path, content) {
      files.set(path, new Uint8Array(await new Response(content).arrayBuffer()));
    },
    async remove(path) {
      files.delete(path);
    },
    async list(prefix) {
      return [...files.keys()].filter((path) => path.startsWith(prefix));
    },
  };
}
