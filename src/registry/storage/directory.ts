import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import type { Storage } from './storage.ts';
import type { Store } from './store.ts';

/** The store as a directory, for Node. */
export function directoryStorage(directory: string): Storage {
  return {
    async read(path) {
      const place = inside(directory, path);
      if (place === null) return null;
      const file = await openIfThere(place);
      if (file === null) return null;
      const { size } = await file.stat();
      return { stream: streamOf(file), size };
    },
  };
}

/** Where a write stands until it is whole; what lies here when a process starts is of one that was killed. */
const DRAFTS = 'drafts';

/** The store as a directory that can be written to; drafts of an earlier process are cleared away. */
export async function directoryStore(directory: string): Promise<Store> {
  const drafts = join(directory, DRAFTS);
  await rm(drafts, { recursive: true, force: true });
  await mkdir(drafts, { recursive: true });
  const place = (path: string): string => {
    const found = inside(directory, path);
    if (found === null) throw new Error(`${path} is not a path inside the store`);
    return found;
  };
  return {
    ...directoryStorage(directory),
    async write(path, content) {
      const target = place(path);
      const draft = join(drafts, randomUUID());
      try {
        await writeThrough(draft, content);
        await mkdir(dirname(target), { recursive: true });
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await sync(dirname(target));
    },
    async remove(path) {
      await rm(place(path), { force: true });
    },
    async list(prefix) {
      const entries = await readdir(place(prefix), {
        recursive: true,
        withFileTypes: true,
      }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      const root = place('.');
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(root.length + 1)
            .replaceAll(sep, '/'),
        );
    },
  };
}

/** The file's path, or null when it would lie outside. */
function inside(directory: string, path: string): string | null {
  const relative = normalize(path);
  return relative.startsWith('..') || relative.startsWith(sep) ? null : join(directory, relative);
}

/** On the disk, not only in its cache, when this resolves. */
async function writeThrough(path: string, content: ReadableStream<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const piece of content) await file.write(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is safe once its directory is (fsync(2)). */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const CHUNK = 256 * 1024;

/** Reads when asked, and closes the file at its end, on an error, and when the reader leaves. */
function streamOf(file: FileHandle): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK));
          if (bytesRead > 0) {
            controller.enqueue(buffer.subarray(0, bytesRead));
            return;
          }
          await file.close();
          controller.close();
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      async cancel() {
        await file.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
