/**
 * A state that travels: what a file from elsewhere may bring. It is looked through before it becomes a state here, and
 * whatever can be computed from it is.
 */
import { contentsOf, gzip, squash } from './layer.ts';
import type { Layer } from './layer.ts';
import { marksOf, noMarks, PAGE } from './pages.ts';
import { memoryOf } from './state.ts';

/** Bounds of what a file may unpack to, in bytes. */
const MOST_DEVICES = 16 * 1024 * 1024;

export interface Portable {
  /** SHA-256 of the snapshot that it is a difference to. */
  readonly build: string;
  /** The emulator's state without the memory, gzip. */
  readonly devices: ArrayBuffer;
  /** Numbers of the pages that differ, ascending; of those that are zeros, with the highest bit set. */
  readonly pages: Uint32Array<ArrayBuffer>;
  /** The contents of the others, one after the other, gzip. */
  readonly contents: ArrayBuffer;
  readonly note: unknown;
}

const ZERO = 0x8000_0000;

/** Makes one portable layer of several. */
export async function carry(
  layers: readonly Layer[],
): Promise<Pick<Portable, 'pages' | 'contents'>> {
  const { pages, marks, packed } = await squash(layers);
  const flagged = pages.map((page, place) =>
    marks[2 * place] === 0 && marks[2 * place + 1] === 0 ? page | ZERO : page,
  );
  return { pages: flagged, contents: packed };
}

/** Looks through what came from elsewhere. Throws with what is wrong with it. */
export async function receive(portable: Portable, count: number): Promise<Layer> {
  const devices = await unpackUpTo(portable.devices, MOST_DEVICES);
  const memory = memoryOf(devices.buffer);
  if (memory.count !== count || memory.pages.length > 0)
    throw new Error('its computer is another one');
  const numbers = portable.pages.map((page) => page & ~ZERO);
  let before = -1;
  const filled: number[] = [];
  for (const [place, page] of numbers.entries()) {
    if (page <= before || page >= count) throw new Error('its memory is not in order');
    before = page;
    if (((portable.pages[place] ?? 0) & ZERO) === 0) filled.push(page);
  }
  const contents = await unpackUpTo(portable.contents, filled.length * PAGE);
  if (contents.length !== filled.length * PAGE) throw new Error('its memory has another size');
  const all = marksOf(contents, filled, count);
  const marks = noMarks(numbers.length);
  for (const [place, page] of numbers.entries())
    marks.set(all.subarray(2 * page, 2 * page + 2), 2 * place);
  // a page that claims not to be zeros and is would have no place among the others
  const layer = { pages: numbers, marks, packed: await gzip(contents) };
  await contentsOf([layer]);
  return layer;
}

/** Unpacks gzip, and no more of it than there may be. */
async function unpackUpTo(packed: ArrayBuffer, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error('it unpacks to more than it may');
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
