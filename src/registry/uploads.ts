/**
 * Uploads that have begun (distribution-spec "Pushing blobs"): the parts that came, each a file named by
 * the byte that it begins at, until the last one turns them into a blob.
 */
import * as z from 'zod/mini';
import { RegistryError } from './errors.ts';
import { readText } from './storage/storage.ts';
import { removeAll, writeJson } from './storage/store.ts';
import type { Store } from './storage/store.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const noteSchema = z.object({ name: z.string(), started: z.number() });
const partSchema = z.string().check(z.regex(/^\d{16}$/));

/** A piece of an upload: the byte that it begins at, and how many there are. */
export interface Chunk {
  readonly start: number;
  readonly length: number;
}

export class Uploads {
  readonly #store: Store;
  /** Uploads that a request is writing to now. */
  readonly #busy = new Set<string>();
  /** When abandoned uploads were last looked for, in ms since the epoch. */
  #swept = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Begins one for a repository; those that nobody went on with for a day are forgotten. */
  async begin(name: string): Promise<string> {
    await this.#forget();
    const id = crypto.randomUUID();
    await writeJson(this.#store, notePath(id), { name, started: Date.now() });
    return id;
  }

  /**
   * How many bytes have come.
   * @throws RegistryError BLOB_UPLOAD_UNKNOWN
   */
  async size(name: string, id: string): Promise<number> {
    await this.#check(name, id);
    return (await this.#parts(id)).size;
  }

  /**
   * Adds bytes; how many there are now. A request that breaks off adds nothing.
   *
   * @param said what the client says that it brings, or null when it does not say
   * @throws RegistryError RANGE_INVALID when they do not follow those that came, SIZE_INVALID when there are
   * more of them or fewer, BLOB_UPLOAD_UNKNOWN, BLOB_UPLOAD_INVALID when another request is writing to it
   */
  async append(
    name: string,
    id: string,
    said: Chunk | null,
    content: ReadableStream<Uint8Array>,
  ): Promise<number> {
    return this.#alone(name, id, async () => {
      const { size } = await this.#parts(id);
      if (said !== null && said.start !== size) {
        throw new RegistryError('RANGE_INVALID', 'the chunk does not follow the last one', {
          expected: String(size),
          got: String(said.start),
        });
      }
      let length = 0;
      const counting = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          length += piece.byteLength;
          controller.enqueue(piece);
        },
      });
      const part = `${home(id)}parts/${String(size).padStart(16, '0')}`;
      await this.#store.write(part, content.pipeThrough(counting));
      const lies = said !== null && said.length !== length;
      if (length === 0 || lies) await this.#store.remove(part);
      if (lies) {
        throw new RegistryError('SIZE_INVALID', 'the range does not fit the content', {
          expected: String(said.length),
          got: String(length),
        });
      }
      return size + length;
    });
  }

  /** Everything that came, then `last`, as one stream for `keep`; the upload is over when that has kept it. */
  async finish(
    name: string,
    id: string,
    last: ReadableStream<Uint8Array> | null,
    keep: (content: ReadableStream<Uint8Array>) => Promise<void>,
  ): Promise<void> {
    await this.#alone(name, id, async () => {
      const { paths } = await this.#parts(id);
      await keep(streamOf(this.#pieces(paths, last)));
      await removeAll(this.#store, home(id));
    });
  }

  async cancel(name: string, id: string): Promise<void> {
    await this.#alone(name, id, () => removeAll(this.#store, home(id)));
  }

  async *#pieces(
    paths: readonly string[],
    last: ReadableStream<Uint8Array> | null,
  ): AsyncGenerator<Uint8Array> {
    for (const path of paths) {
      const file = await this.#store.read(path);
      if (file === null) throw new Error(`part ${path} of an upload is gone`);
      yield* read(file.stream);
    }
    if (last !== null) yield* read(last);
  }

  async #parts(id: string): Promise<{ paths: string[]; size: number }> {
    const start = `${home(id)}parts/`;
    const paths = (await this.#store.list(start)).filter(
      (path) => partSchema.safeParse(path.slice(start.length)).success,
    );
    paths.sort();
    const last = paths.at(-1);
    if (last === undefined) return { paths, size: 0 };
    const file = await this.#store.read(last);
    await file?.stream.cancel();
    return { paths, size: Number(last.slice(start.length)) + (file?.size ?? 0) };
  }

  async #alone<T>(name: string, id: string, task: () => Promise<T>): Promise<T> {
    await this.#check(name, id);
    if (this.#busy.has(id)) {
      throw new RegistryError('BLOB_UPLOAD_INVALID', 'another request is writing to this upload', {
        upload: id,
      });
    }
    this.#busy.add(id);
    try {
      return await task();
    } finally {
      this.#busy.delete(id);
    }
  }

  async #check(name: string, id: string): Promise<void> {
    const known = /^[0-9a-f-]{36}$/.test(id) ? await readText(this.#store, notePath(id)) : null;
    if (known === null || noteSchema.parse(JSON.parse(known)).name !== name) {
      throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', {
        upload: id,
      });
    }
  }

  async #forget(): Promise<void> {
    if (Date.now() - this.#swept < HOUR) return;
    this.#swept = Date.now();
    const paths = await this.#store.list('uploads/');
    for (const path of paths.filter((one) => one.endsWith('/upload'))) {
      const text = await readText(this.#store, path);
      if (text === null || noteSchema.parse(JSON.parse(text)).started > Date.now() - DAY) continue;
      const folder = path.slice(0, -'upload'.length);
      if (!this.#busy.has(folder.split('/')[1] ?? '')) await removeAll(this.#store, folder);
    }
  }
}

const home = (id: string): string => `uploads/${id}/`;
const notePath = (id: string): string => `${home(id)}upload`;

/** A stream's pieces; not every browser lets a stream be iterated over. */
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Not every browser has `ReadableStream.from`. */
function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
