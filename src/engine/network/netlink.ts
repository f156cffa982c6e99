/**
 * Messages of netlink(7), by which programs ask the kernel for links, addresses, routes and filters.
 *
 * Built as plain lists of bytes: they are short, and made once. Numbers are little-endian as the
 * processor's, except where a name says `be`.
 */
export type Bytes = readonly number[];

export const u8 = (value: number): number[] => [value & 0xff];
export const u16 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
export const u32 = (value: number): number[] => [
  value & 0xff,
  (value >>> 8) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 24) & 0xff,
];
export const be16 = (value: number): number[] => u16(value).reverse();
export const be32 = (value: number): number[] => u32(value).reverse();

/** A text of ASCII with its closing NUL. */
export const text = (value: string): number[] => [
  ...[...value].map((letter) => letter.charCodeAt(0)),
  0,
];

/** The four bytes of a dotted address. */
export const address = (value: string): number[] => value.split('.').map(Number);

/** The six bytes of `02:42:ac:11:00:02`. */
export const hardware = (value: string): number[] =>
  value.split(':').map((byte) => parseInt(byte, 16));

/** `NLM_F_*`: every message is a request, and some of them ask for an answer although all is well. */
const REQUEST = 1;
export const ACK = 4;
export const REPLACE = 0x100;
export const EXCLUSIVE = 0x200;
export const CREATE = 0x400;

const ERROR = 2;
const HEADER = 16;
const NESTED = 0x8000;

const aligned = (length: number): number => (length + 3) & ~3;

function padded(bytes: number[]): number[] {
  while (bytes.length % 4 !== 0) bytes.push(0);
  return bytes;
}

/** `struct nlattr` or `rtattr`: length, type, value, padding. */
export function attribute(type: number, ...values: readonly Bytes[]): number[] {
  const value = values.flat();
  return padded([...u16(4 + value.length), ...u16(type), ...value]);
}

/** An attribute that holds attributes. */
export function nested(type: number, ...attributes: readonly Bytes[]): number[] {
  return attribute(type | NESTED, ...attributes);
}

/** `struct nlmsghdr` and what follows it. `sequence` comes back with the answer. */
export function message(
  type: number,
  flags: number,
  sequence: number,
  ...parts: readonly Bytes[]
): number[] {
  const body = parts.flat();
  return padded([
    ...u32(HEADER + body.length),
    ...u16(type),
    ...u16(REQUEST | flags),
    ...u32(sequence),
    ...u32(0),
    ...body,
  ]);
}

/** What the kernel refused: errno(3) and which message of the request it was. */
export class NetlinkError extends Error {
  readonly errno: number;
  readonly sequence: number;

  constructor(errno: number, sequence: number, about: string) {
    super(`netlink: ${about}: message ${String(sequence)} was refused with errno ${String(errno)}`);
    this.errno = errno;
    this.sequence = sequence;
  }
}

/** An answer: its type, and its body behind the header. */
export interface Answer {
  readonly type: number;
  readonly body: DataView;
}

/**
 * The answers that are neither acknowledgements nor errors.
 * @throws NetlinkError for the first error among them
 */
export function answers(buffer: ArrayBuffer, about: string): Answer[] {
  const view = new DataView(buffer);
  const found: Answer[] = [];
  for (let at = 0; at + HEADER <= buffer.byteLength;) {
    const length = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (length < HEADER || at + length > buffer.byteLength) break;
    if (type === ERROR) {
      const errno = -view.getInt32(at + HEADER, true);
      if (errno !== 0) throw new NetlinkError(errno, view.getUint32(at + 8, true), about);
    } else {
      found.push({ type, body: new DataView(buffer, at + HEADER, length - HEADER) });
    }
    at += aligned(length);
  }
  return found;
}
