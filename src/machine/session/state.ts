/**
 * What the emulator saves (v86, src/state.js): a header of four words (magic number, version, length of the whole, length of
 * the description), the description as JSON, and buffers that it numbers. The guest's memory is two of the buffers:
 * the pages that are not zeros, and a bit for each page that says which they are.
 */
import { PAGE } from './pages.ts';

const HEADER = 16;
const VERSION = 6;
const MAGIC = 0x86768676 | 0;

/** Places of the two buffers in the processor's list (v86, src/cpu.js, `get_state`). */
const PACKED = 77;
const BITMAP = 78;

interface Description {
  readonly buffer_infos: { offset: number; length: number }[];
  readonly state: readonly unknown[];
}

interface Parsed {
  readonly description: Description;
  readonly buffers: readonly Uint8Array[];
  /** Numbers of the buffers with the memory. */
  readonly packed: number;
  readonly bitmap: number;
}

/** The memory in a state. */
export interface PackedMemory {
  /** Numbers of the pages that are not zeros, ascending. */
  readonly pages: readonly number[];
  /** Their contents, one after the other. */
  readonly contents: Uint8Array;
  /** How many pages the guest has. */
  readonly count: number;
}

/** Reads the memory out of a state, without copying it. Throws when `state` is none. */
export function memoryOf(state: ArrayBuffer): PackedMemory {
  const { buffers, packed, bitmap } = parse(state);
  const bits = bufferOf(buffers, bitmap);
  const pages: number[] = [];
  for (let page = 0; page < bits.length * 8; page++) {
    if (((bits[page >> 3] ?? 0) >> (page & 7)) & 1) pages.push(page);
  }
  const contents = bufferOf(buffers, packed);
  if (contents.length !== pages.length * PAGE) throw new Error('its memory has another size');
  return { pages, contents, count: bits.length * 8 };
}

/**
 * A state with the devices of one and another memory: `pageAt` gives the contents of a page, null for zeros.
 * Throws when `devices` is no state.
 */
export function withMemory(
  devices: ArrayBuffer,
  count: number,
  pageAt: (page: number) => Uint8Array | null,
): ArrayBuffer {
  const { description, buffers, packed, bitmap } = parse(devices);
  const bits = new Uint8Array(count >> 3);
  const filled: Uint8Array[] = [];
  for (let page = 0; page < count; page++) {
    const contents = pageAt(page);
    if (contents === null) continue;
    filled.push(contents);
    bits[page >> 3] = (bits[page >> 3] ?? 0) | (1 << (page & 7));
  }
  const sizes = buffers.map(({ length }, index) =>
    index === packed ? filled.length * PAGE : index === bitmap ? bits.length : length,
  );
  let end = 0;
  const infos = sizes.map((length) => {
    const offset = end;
    end = align(offset + length);
    return { offset, length };
  });
  const text = new TextEncoder().encode(JSON.stringify({ ...description, buffer_infos: infos }));
  const begin = align(HEADER + text.length);
  const state = new Uint8Array(begin + end);
  new Int32Array(state.buffer, 0, 4).set([MAGIC, VERSION, state.length, text.length]);
  state.set(text, HEADER);
  for (const [index, { offset }] of infos.entries()) {
    if (index === packed) {
      for (const [place, contents] of filled.entries())
        state.set(contents, begin + offset + place * PAGE);
    } else state.set(index === bitmap ? bits : bufferOf(buffers, index), begin + offset);
  }
  return state.buffer;
}

function parse(state: ArrayBuffer): Parsed {
  if (state.byteLength < HEADER) throw new Error('it is too short');
  const [magic, version, length = 0, described = 0] = new Int32Array(state, 0, 4);
  if (magic !== MAGIC || version !== VERSION || length !== state.byteLength)
    throw new Error('it is no state of this emulator');
  const text = new TextDecoder().decode(new Uint8Array(state, HEADER, described));
  // what the emulator wrote itself, or what an import has looked through
  const description = JSON.parse(text) as Description;
  const begin = align(HEADER + described);
  const buffers = description.buffer_infos.map(
    (info) => new Uint8Array(state, begin + info.offset, info.length),
  );
  return {
    description,
    buffers,
    packed: bufferAt(description, PACKED),
    bitmap: bufferAt(description, BITMAP),
  };
}

function bufferAt({ state }: Description, place: number): number {
  const item = state[place];
  if (typeof item === 'object' && item !== null && 'buffer_id' in item)
    return Number(item.buffer_id);
  throw new Error('it holds no memory');
}

function bufferOf(buffers: readonly Uint8Array[], index: number): Uint8Array {
  const buffer = buffers[index];
  if (!buffer) throw new Error('it lacks a buffer');
  return buffer;
}

const align = (offset: number): number => (offset + 3) & ~3;
