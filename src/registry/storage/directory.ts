import { open } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import type { Storage } from './storage.ts';

/** The store as a directory, for Node. */
export function directoryStorage(directory: string): Storage {
  return {
    async read(path) {
      const relative = normalize(path);
      if (relative.startsWith('..') || relative.startsWith(sep)) return null;
      const file = await openIfThere(join(directory, relative));
      if (file === null) return null;
      const { size } = await file.stat();
      return { stream: streamOf(file), size };
    },
  };
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
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    }
    throw error;
  }
}
