/** The byte functions of the native module in plain JavaScript: slow, and the same answers. */
import type { Sha256 } from '../sys.ts';

export type Data = ArrayBuffer | Uint8Array;

export function view(data: Data): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data);
}

/** A copy in a buffer of its own. */
export function buffer(data: Data): ArrayBuffer {
  const copy = new Uint8Array(data.byteLength);
  copy.set(view(data));
  return copy.buffer;
}

export function encode(text: string): ArrayBuffer {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
      bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return new Uint8Array(bytes).buffer;
}

export function decode(data: Data): string {
  const bytes = view(data);
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index++] ?? 0;
    const more =
      lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
    let code = more < 0 ? 0xfffd : more === 0 ? lead : lead & (0x3f >> more);
    for (let left = more; left > 0; left--) {
      const next = bytes[index];
      if (next === undefined || next >> 6 !== 2) {
        code = 0xfffd;
        break;
      }
      code = (code << 6) | (next & 63);
      index++;
    }
    const bad = (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
    text += String.fromCodePoint(bad ? 0xfffd : code);
  }
  return text;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function base64(data: Data): string {
  const bytes = view(data);
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
    const word = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(word >> shift) & 63] ?? '');
    text += digits
      .slice(0, Math.min(3, bytes.length - index) + 1)
      .join('')
      .padEnd(4, '=');
  }
  return text;
}

export function fromBase64(text: string): ArrayBuffer {
  const digits = text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
  const bytes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) throw new Error(`base64: "${digit}" does not belong there`);
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes.push((word >> (bits -= 8)) & 255);
  }
  if (digits.length % 4 === 1) throw new Error('base64: the text is cut off');
  return new Uint8Array(bytes).buffer;
}

/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4). */
function fractions(count: number, power: number): number[] {
  const words: number[] = [];
  for (let candidate = 2; words.length < count; candidate++) {
    let prime = true;
    for (let d = 2; d * d <= candidate; d++) prime &&= candidate % d !== 0;
    const root = candidate ** power;
    if (prime) words.push(((root - Math.floor(root)) * 2 ** 32) | 0);
  }
  return words;
}

const K = fractions(64, 1 / 3);
const INITIAL = fractions(8, 1 / 2);

/** FIPS 180-4. */
export class FakeSha256 implements Sha256 {
  readonly #state = Int32Array.from(INITIAL);
  readonly #block = new Uint8Array(64);
  readonly #words = new Int32Array(64);
  #length = 0;
  #spent = false;

  update(data: Data): void {
    if (this.#spent) throw new Error('sha256: the object is spent');
    for (const byte of view(data)) {
      this.#block[this.#length++ % 64] = byte;
      if (this.#length % 64 === 0) this.#compress();
    }
  }

  hex(): string {
    const bits = this.#length * 8;
    this.update(new Uint8Array([0x80]));
    this.update(new Uint8Array((120 - (this.#length % 64)) % 64));
    const tail = new DataView(new ArrayBuffer(8));
    tail.setUint32(0, Math.floor(bits / 2 ** 32));
    tail.setUint32(4, bits >>> 0);
    this.update(tail.buffer);
    this.#spent = true;
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #compress(): void {
    const w = this.#words;
    const at = (index: number): number => w[index] ?? 0;
    const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
    const block = new DataView(this.#block.buffer);
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(i * 4);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(at(i - 15), 7) ^ turn(at(i - 15), 18) ^ (at(i - 15) >>> 3);
      const s1 = turn(at(i - 2), 17) ^ turn(at(i - 2), 19) ^ (at(i - 2) >>> 10);
      w[i] = at(i - 16) + s0 + at(i - 7) + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + at(i)) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (this.#state[i] = (this.#state[i] ?? 0) + word));
  }
}

/** Records in the wire form of a plan. */
export function packRecords(records: readonly (readonly (string | Uint8Array)[])[]): ArrayBuffer {
  const number = (value: number): number[] =>
    [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
  const bytes = records.flatMap((record) => [
    ...number(record.length),
    ...record.flatMap((field) => {
      const data = typeof field === 'string' ? new Uint8Array(encode(field)) : field;
      return [...number(data.length), ...data];
    }),
  ]);
  return new Uint8Array(bytes).buffer;
}
