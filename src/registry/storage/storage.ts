/** One file of a store. */
export interface StoredFile {
  readonly stream: ReadableStream<Uint8Array>;
  /** Bytes of the stream, or null when that is not known before it ends. */
  readonly size: number | null;
}

/**
 * Where images lie: an OCI image layout (image-spec image-layout.md) by relative paths such as
 * `index.json` and `blobs/sha256/<hex>`. A layer may lie compressed as `blobs/sha256/<hex>.gz`, named
 * by the digest of what it decompresses to.
 */
export interface Storage {
  /** The file, or null when there is none. Rejects when that cannot be found out. */
  read(path: string): Promise<StoredFile | null>;
}

/** Reads a whole file of a store as text; null when there is none. */
export async function readText(storage: Storage, path: string): Promise<string | null> {
  const file = await storage.read(path);
  return file === null ? null : await new Response(file.stream).text();
}
