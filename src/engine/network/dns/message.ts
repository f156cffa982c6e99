/**
 * Messages of the domain name system (RFC 1035, section 4): questions read strictly, answers written.
 *
 * Only what a resolver of containers needs: one question a message, addresses (A) and names (PTR) as
 * answers. Whatever else is asked is passed on as it came.
 */

/** Types and classes of records. */
export const TYPE = { A: 1, PTR: 12, AAAA: 28 } as const;
const CLASS_INTERNET = 1;

/** Response codes. */
export const RCODE = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  notImplemented: 4,
} as const;

const HEADER = 12;
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
/** What a datagram may hold when nobody agreed on more. */
export const DATAGRAM = 512;

const FLAG_RESPONSE = 0x8000;
const FLAG_TRUNCATED = 0x0200;
const FLAG_RECURSION_WANTED = 0x0100;
const FLAG_RECURSION = 0x0080;
const MASK_OPCODE = 0x7800;

/** How long an answer may be kept, in seconds; Docker's. */
const TIME_TO_LIVE = 600;

export interface Question {
  readonly id: number;
  /** In lower case, without the dot at the end. */
  readonly name: string;
  readonly type: number;
  readonly recursion: boolean;
  /** The question's own bytes, to be repeated in the answer. */
  readonly bytes: Uint8Array;
}

/** A message that is no question that can be answered, and the response code that says so. */
export class BadQuestion extends Error {
  readonly rcode: number;
  /** What the answer is to carry of it; null when not even that could be read. */
  readonly id: number | null;

  constructor(rcode: number, id: number | null, message: string) {
    super(message);
    this.rcode = rcode;
    this.id = id;
  }
}

/** @throws BadQuestion */
export function readQuestion(message: Uint8Array): Question {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.length < HEADER)
    throw new BadQuestion(RCODE.formatError, null, 'shorter than a header');
  const id = view.getUint16(0);
  const flags = view.getUint16(2);
  if (flags & FLAG_RESPONSE) throw new BadQuestion(RCODE.formatError, null, 'it is an answer');
  if (flags & MASK_OPCODE) {
    throw new BadQuestion(RCODE.notImplemented, id, 'it is no standard query');
  }
  if (view.getUint16(4) !== 1) {
    throw new BadQuestion(RCODE.formatError, id, 'it has not exactly one question');
  }
  const labels: string[] = [];
  let at = HEADER;
  for (;;) {
    const length = message[at++];
    if (length === 0) break;
    // A pointer, which a first name cannot be, has bits above the longest label's.
    if (length === undefined || length > LONGEST_LABEL || at + length > message.length) {
      throw new BadQuestion(RCODE.formatError, id, 'a label is malformed');
    }
    labels.push(String.fromCharCode(...message.subarray(at, at + length)));
    at += length;
    if (at - HEADER > LONGEST_NAME) {
      throw new BadQuestion(RCODE.formatError, id, 'the name is too long');
    }
  }
  if (at + 4 > message.length) throw new BadQuestion(RCODE.formatError, id, 'it is cut off');
  if (view.getUint16(at + 2) !== CLASS_INTERNET) {
    throw new BadQuestion(RCODE.notImplemented, id, 'it is not of class IN');
  }
  return {
    id,
    name: labels.join('.').toLowerCase(),
    type: view.getUint16(at),
    recursion: (flags & FLAG_RECURSION_WANTED) !== 0,
    bytes: message.subarray(HEADER, at + 4),
  };
}

/** The answer that there is none, with the code that says why. */
export function refuse(question: Question, rcode: number): Uint8Array {
  return write(question, rcode, [], Infinity);
}

/** The answer to a message that could not be read; null when it deserves none. */
export function refuseBad({ id, rcode }: BadQuestion): Uint8Array | null {
  if (id === null) return null;
  const nothing = { id, name: '', type: 0, recursion: false, bytes: new Uint8Array(0) };
  const answer = write(nothing, rcode, [], Infinity);
  answer[5] = 0; // no question is repeated
  return answer;
}

/** Addresses as four bytes each. What does not fit into `limit` bytes is left out, and said so. */
export function answerAddresses(
  question: Question,
  addresses: readonly (readonly number[])[],
  limit: number,
): Uint8Array {
  return write(question, RCODE.noError, addresses, limit);
}

/** A name, without the dot at its end. */
export function answerName(question: Question, name: string, limit: number): Uint8Array {
  return write(question, RCODE.noError, [encodeName(name)], limit);
}

function encodeName(name: string): number[] {
  const labels = name.split('.').map((label) => label.slice(0, LONGEST_LABEL));
  return [
    ...labels.flatMap((label) => [label.length, ...[...label].map((c) => c.charCodeAt(0) & 0xff)]),
    0,
  ];
}

function write(
  question: Question,
  rcode: number,
  data: readonly (readonly number[])[],
  limit: number,
): Uint8Array {
  const records: number[] = [];
  let count = 0;
  for (const one of data) {
    // Its name is the question's, said by a pointer.
    const record = [
      0xc0,
      HEADER,
      ...pair(question.type),
      ...pair(CLASS_INTERNET),
      ...pair(TIME_TO_LIVE >>> 16),
      ...pair(TIME_TO_LIVE & 0xffff),
      ...pair(one.length),
      ...one,
    ];
    if (HEADER + question.bytes.length + records.length + record.length > limit) break;
    records.push(...record);
    count++;
  }
  const flags =
    FLAG_RESPONSE |
    FLAG_RECURSION |
    (question.recursion ? FLAG_RECURSION_WANTED : 0) |
    (count < data.length ? FLAG_TRUNCATED : 0) |
    rcode;
  return Uint8Array.from([
    ...pair(question.id),
    ...pair(flags),
    ...pair(1),
    ...pair(count),
    ...pair(0),
    ...pair(0),
    ...question.bytes,
    ...records,
  ]);
}

const pair = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];

/** Whether `message` is an answer to `question`: its number, and the question repeated. */
export function answersQuestion(message: Uint8Array, question: Question): boolean {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return (
    message.length >= HEADER + question.bytes.length &&
    view.getUint16(0) === question.id &&
    (view.getUint16(2) & FLAG_RESPONSE) !== 0 &&
    question.bytes.every((byte, i) => folded(message[HEADER + i] ?? 0) === folded(byte))
  );
}

/** Letters without their case, which servers may change. */
const folded = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** `4.3.2.1.in-addr.arpa` → `1.2.3.4`; null for other names. */
export function reverseAddress(name: string): string | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  return match ? match.slice(1).reverse().join('.') : null;
}
