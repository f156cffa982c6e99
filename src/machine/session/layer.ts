/** A saved machine is like an image: layers over a base, each with what changed since the one below. */
import { isZeroMark, noMarks, PAGE } from './pages.ts';
import type { ChangedPages, Marks } from './pages.ts';

/** A layer as it is stored. */
export interface Layer {
  readonly pages: Uint32Array<ArrayBuffer>;
  readonly marks: Marks;
  /** The contents of the pages that are not zeros, compressed with gzip. */
  readonly packed: ArrayBuffer;
}

export async function packLayer({ pages, marks, contents }: ChangedPages): Promise<Layer> {
  return { pages, marks, packed: await gzip(contents) };
}

/** Size of a stored layer in bytes. */
export function sizeOf({ pages, marks, packed }: Layer): number {
  return pages.byteLength + marks.byteLength + packed.byteLength;
}

/** The newest contents of every page that layers hold; null for zeros. */
export type Contents = ReadonlyMap<number, Uint8Array | null>;

/** Puts layers over each other, the lowest first. Rejects when one is damaged. */
export async function contentsOf(layers: readonly Layer[]): Promise<Contents> {
  const unpacked = await Promise.all(layers.map(({ packed }) => gunzip(packed)));
  const all = new Map<number, Uint8Array | null>();
  for (const [index, { pages, marks }] of layers.entries()) {
    const contents = unpacked[index] ?? new Uint8Array();
    let at = 0;
    for (const [place, page] of pages.entries()) {
      if (isZeroMark(marks, place)) all.set(page, null);
      else {
        all.set(page, contents.subarray(at, at + PAGE));
        at += PAGE;
      }
    }
    if (at !== contents.length || marks.length !== 2 * pages.length)
      throw new Error('a part of it has another size than it says');
  }
  return all;
}

/** Makes one layer of several, the lowest first. */
export async function squash(layers: readonly Layer[]): Promise<Layer> {
  const all = await contentsOf(layers);
  const newest = new Map<number, readonly [number, number]>();
  for (const { pages, marks } of layers)
    for (const [place, page] of pages.entries())
      newest.set(page, [marks[2 * place] ?? 0, marks[2 * place + 1] ?? 0]);
  const pages = Uint32Array.from(newest.keys()).sort();
  const marks = noMarks(pages.length);
  const filled: Uint8Array[] = [];
  for (const [place, page] of pages.entries()) {
    marks.set(newest.get(page) ?? [], 2 * place);
    const contents = all.get(page) ?? null;
    if (contents !== null) filled.push(contents);
  }
  const contents = new Uint8Array(filled.length * PAGE);
  for (const [place, page] of filled.entries()) contents.set(page, place * PAGE);
  return packLayer({ pages, marks, contents });
}

/** Writes the marks of layers over those of what lies below. */
export function markLayers(below: Marks, layers: readonly Layer[]): Marks {
  const all = below.slice();
  for (const { pages, marks } of layers)
    for (const [place, page] of pages.entries())
      all.set(marks.subarray(2 * place, 2 * place + 2), 2 * page);
  return all;
}

export async function gzip(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

export async function gunzip(bytes: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
