/** The guest's memory in pages, and how to tell cheaply which of them have changed. */

/** Bytes of a page: the processor's own size (Intel SDM 3A, 4.3 "32-bit paging"). */
export const PAGE = 4096;

/**
 * A mark of 64 bits for each page, as two numbers: pages with other contents have other marks, but for a chance of
 * one in 2⁶⁴. A page of zeros has 0 and 0.
 */
export type Marks = Int32Array<ArrayBuffer>;

export const noMarks = (pages: number): Marks => new Int32Array(2 * pages);

/** What changed in a memory since marks were taken. */
export interface ChangedPages {
  /** Numbers of the changed pages, ascending. */
  readonly pages: Uint32Array<ArrayBuffer>;
  /** Their marks now. */
  readonly marks: Marks;
  /** The contents of those that are not zeros, one after the other. */
  readonly contents: Uint8Array<ArrayBuffer>;
}

/**
 * Looks through a whole memory and copies what has changed since `known` was taken, which then tells of this moment.
 * The guest stands still meanwhile: 128 MiB of which 16 are in use take 12 ms, and 60 in use 25 ms.
 *
 * @param isZero Whether a page is nothing but zeros: the emulator knows it four times as fast as a loop here.
 */
export function takeChanges(
  memory: Uint8Array,
  known: Marks,
  isZero: (page: number) => boolean,
): ChangedPages {
  const words = new Int32Array(memory.buffer, memory.byteOffset, memory.byteLength >> 2);
  const pages: number[] = [];
  let filled = 0;
  for (let page = 0; page < memory.length / PAGE; page++) {
    // a page that does not begin with zeros needs not be asked for
    if (words[page * (PAGE >> 2)] === 0 && isZero(page)) first = second = 0;
    else {
      markPage(words, page);
      filled++;
    }
    if (known[2 * page] === first && known[2 * page + 1] === second) {
      if (first !== 0 || second !== 0) filled--;
      continue;
    }
    known[2 * page] = first;
    known[2 * page + 1] = second;
    pages.push(page);
  }
  const contents = new Uint8Array(filled * PAGE);
  const marks = noMarks(pages.length);
  let at = 0;
  for (const [index, page] of pages.entries()) {
    marks.set(known.subarray(2 * page, 2 * page + 2), 2 * index);
    if (isZeroMark(marks, index)) continue;
    contents.set(memory.subarray(page * PAGE, (page + 1) * PAGE), at);
    at += PAGE;
  }
  return { pages: Uint32Array.from(pages), marks, contents };
}

export function isZeroMark(marks: Marks, index: number): boolean {
  return marks[2 * index] === 0 && marks[2 * index + 1] === 0;
}

/** Makes `known` say that these pages are not known: what was taken of them did not get where it should. */
export function forget(known: Marks, { pages }: Pick<ChangedPages, 'pages'>): void {
  for (const page of pages) {
    known[2 * page] = ~(known[2 * page] ?? 0);
    known[2 * page + 1] = ~(known[2 * page + 1] ?? 0);
  }
}

/** Marks of a memory whose pages lie packed, one after the other; `numbers` says which they are. */
export function marksOf(
  packed: Uint8Array,
  numbers: readonly number[] | Uint32Array,
  count: number,
): Marks {
  // words can only be read where they are aligned
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice();
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  const marks = noMarks(count);
  for (const [index, page] of numbers.entries()) {
    markPage(words, index);
    marks[2 * page] = first;
    marks[2 * page + 1] = second;
  }
  return marks;
}

/** The mark that `markPage` made: an object for each page would cost more than the mark. */
let first = 0;
let second = 0;

/**
 * Four lanes of multiplications and rotations, as xxHash has them; every word goes into two lanes with different
 * factors, so that no change can hide from more than 32 of the 64 bits.
 */
function markPage(words: Int32Array, page: number): void {
  const begin = page * (PAGE >> 2);
  const end = begin + (PAGE >> 2);
  let a = 0x165667b1;
  let b = 0x27d4eb2f;
  let c = 0x3c6ef372;
  let d = 0x5851f42d;
  for (let i = begin; i < end; i += 2) {
    // both are inside: a page has an even number of words
    const even = words[i] as number;
    const odd = words[i + 1] as number;
    a = Math.imul(a ^ even, 0x9e3779b1);
    b = Math.imul(b ^ odd, 0x85ebca77);
    c = Math.imul(c + even, 0xc2b2ae3d);
    d = Math.imul(d + odd, 0x2545f491);
    a = (a << 13) | (a >>> 19);
    b = (b << 13) | (b >>> 19);
    c = (c << 17) | (c >>> 15);
    d = (d << 17) | (d >>> 15);
  }
  first = Math.imul(a, 0x2c1b3c6d) ^ b;
  second = Math.imul(c, 0x297a2d39) ^ d;
  if (first === 0 && second === 0) second = 1;
}
