import type { Storage } from './storage.ts';

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
