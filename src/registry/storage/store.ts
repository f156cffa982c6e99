import type { Storage } from './storage.ts';

/** A {@link Storage} that can be written to. Paths are relative, their parts free of `.` and `..`. */
export interface Store extends Storage {
  /**
   * Keeps the whole stream under the path, in place of what was there; when this resolves, the
   * content survives the end of the process.
   *
   * All or nothing: rejects when the stream fails, and what was there before stays as it was.
   */
  write(path: string, content: ReadableStream<Uint8Array>): Promise<void>;
  /** Nothing there is success. */
  remove(path: string): Promise<void>;
  /** Paths that begin with `prefix` (which ends with a slash), in no order. */
  list(prefix: string): Promise<string[]>;
}

/** Keeps a JSON document. */
export function writeJson(store: Store, path: string, document: unknown): Promise<void> {
  return store.write(path, new Blob([JSON.stringify(document)]).stream());
}

/** Every path below `prefix` goes. */
export async function removeAll(store: Store, prefix: string): Promise<void> {
  for (const path of await store.list(prefix)) await store.remove(path);
}
