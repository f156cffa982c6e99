import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { lessonsOf, readCourse } from '../../src/course/disk.ts';

/** Chunks of the emulator and the terminal, declarations of fonts, lessons: not the page's own code. */
const others = [
  'v86',
  'xterm',
  'latin',
  'pretendard-korean',
  '400',
  ...lessonsOf(await readCourse(resolve(import.meta.dirname, '../../lessons'))).map(({ id }) => id),
];
const isCode = (path: string): boolean =>
  /\/$/.test(path) ||
  (/\.(js|css)$/.test(path) && !others.some((name) => path.includes(`/${name}-`)));
const text = /\.(html|js|css|json|svg)$|\/$/;

/** Bytes that travelled, as any static host sends them, and how many of them are the page's own code. */
export interface Weight {
  readonly transfer: number;
  readonly code: number;
}

/** What a worker has fetched is gone with the worker: it is asked for again. */
async function bodyOf(response: Response): Promise<Uint8Array> {
  try {
    return await response.body();
  } catch {
    return new Uint8Array(await (await fetch(response.url())).arrayBuffer());
  }
}

/** Weighs the answers to what a page asked for before `until`, in ms since the epoch. */
export async function weigh(responses: readonly Response[], until: number): Promise<Weight> {
  let code = 0;
  let transfer = 0;
  for (const response of responses) {
    const { pathname, protocol } = new URL(response.url());
    if (protocol !== 'http:') continue; // blobs and data of the page itself
    if (response.request().timing().startTime > until) continue;
    const body = await bodyOf(response);
    // Any static host compresses text; what is compressed already travels as it is.
    const bytes = text.test(pathname) ? gzipSync(body).length : body.length;
    transfer += bytes;
    if (isCode(pathname)) code += bytes;
  }
  return { transfer, code };
}
