/**
 * Ethernet, ARP, IPv4 and TCP headers, read and written in place (RFC 826, 791, 9293). Only what a link
 * between two neighbours needs: no fragments, no IP options.
 */

export const ETHERNET = 14;
export const IPV4 = 20;
const TCP = 20;

export const TYPE_IPV4 = 0x0800;
export const TYPE_ARP = 0x0806;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

/** An IPv4 address as one unsigned number, most significant byte first. */
export type Address = number;

export function addressOf(text: string): Address {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export interface Segment {
  readonly source: Address;
  readonly destination: Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence and acknowledgement numbers, unsigned 32 bit. */
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** As it stands in the header: not yet scaled. */
  readonly window: number;
  /** Maximum segment size in bytes, and window scale shift; only in segments with SYN. */
  readonly mss?: number | undefined;
  readonly scale?: number | undefined;
  readonly data: Uint8Array;
}

/** Sum of 16-bit big-endian words with carries folded in (RFC 1071), not yet inverted. */
export function sum16(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  let at = from;
  for (; at + 1 < to; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (at < to) sum += (bytes[at] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

/** Writes an Ethernet and an IPv4 header before `length` bytes of payload; returns the view of the frame. */
export function writeIpv4(
  frame: Uint8Array,
  link: { readonly from: Uint8Array; readonly to: Uint8Array },
  source: Address,
  destination: Address,
  protocol: number,
  length: number,
): DataView {
  frame.set(link.to, 0);
  frame.set(link.from, 6);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  view.setUint16(12, TYPE_IPV4);
  view.setUint8(14, 0x45);
  view.setUint16(16, IPV4 + length);
  view.setUint16(20, 0x4000); // don't fragment
  view.setUint8(22, 64);
  view.setUint8(23, protocol);
  view.setUint32(26, source);
  view.setUint32(30, destination);
  view.setUint16(24, ~sum16(frame, ETHERNET, ETHERNET + IPV4) & 0xffff);
  return view;
}

/** One Ethernet frame with one TCP segment. */
export function writeSegment(
  link: { readonly from: Uint8Array; readonly to: Uint8Array },
  segment: Segment,
): Uint8Array {
  const options = (segment.mss === undefined ? 0 : 4) + (segment.scale === undefined ? 0 : 4);
  const length = TCP + options + segment.data.length;
  const frame = new Uint8Array(ETHERNET + IPV4 + length);
  const view = writeIpv4(frame, link, segment.source, segment.destination, PROTOCOL_TCP, length);
  const at = ETHERNET + IPV4;
  view.setUint16(at, segment.sourcePort);
  view.setUint16(at + 2, segment.destinationPort);
  view.setUint32(at + 4, segment.sequence);
  view.setUint32(at + 8, segment.acknowledgement);
  view.setUint8(at + 12, ((TCP + options) / 4) << 4);
  view.setUint8(at + 13, segment.flags);
  view.setUint16(at + 14, segment.window);
  let option = at + TCP;
  if (segment.mss !== undefined) {
    view.setUint32(option, 0x02040000 + segment.mss);
    option += 4;
  }
  if (segment.scale !== undefined) {
    view.setUint32(option, 0x01030300 + segment.scale);
    option += 4;
  }
  frame.set(segment.data, option);
  // the pseudo header: both addresses, the protocol and the length
  const pseudo = sum16(frame, 26, 34, PROTOCOL_TCP + length);
  view.setUint16(at + 16, ~sum16(frame, at, at + length, pseudo) & 0xffff);
  return frame;
}

/** The TCP segment of a frame whose type and protocol were checked; null when its lengths do not fit. */
export function readSegment(frame: Uint8Array): Segment | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < ETHERNET + IPV4 + TCP) return null;
  const at = ETHERNET + (view.getUint8(ETHERNET) & 15) * 4;
  const end = ETHERNET + view.getUint16(ETHERNET + 2);
  if (end > frame.length || at + TCP > end) return null;
  const body = at + (view.getUint8(at + 12) >> 4) * 4;
  if (body < at + TCP || body > end) return null;
  const flags = view.getUint8(at + 13);
  return {
    source: view.getUint32(26),
    destination: view.getUint32(30),
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    sequence: view.getUint32(at + 4),
    acknowledgement: view.getUint32(at + 8),
    flags,
    window: view.getUint16(at + 14),
    ...(flags & SYN && readOptions(view, at + TCP, body)),
    data: frame.subarray(body, end),
  };
}

function readOptions(view: DataView, from: number, to: number): { mss?: number; scale?: number } {
  const found: { mss?: number; scale?: number } = {};
  let at = from;
  while (at < to) {
    const kind = view.getUint8(at);
    if (kind === 0) break;
    const length = kind === 1 || at + 1 >= to ? 1 : Math.max(2, view.getUint8(at + 1));
    if (kind === 2 && at + 4 <= to) found.mss = view.getUint16(at + 2);
    if (kind === 3 && at + 3 <= to) found.scale = Math.min(14, view.getUint8(at + 2));
    at += length;
  }
  return found;
}

/** The answer to an ARP request for `address`, or null when the frame is no such request. */
export function answerArp(frame: Uint8Array, address: Address, mac: Uint8Array): Uint8Array | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 42 || view.getUint16(20) !== 1 || view.getUint32(38) !== address) return null;
  const reply = new Uint8Array(42);
  reply.set(frame.subarray(6, 12), 0);
  reply.set(mac, 6);
  reply.set(frame.subarray(12, 20), 12); // types and lengths stay
  const out = new DataView(reply.buffer);
  out.setUint16(20, 2);
  reply.set(mac, 22);
  out.setUint32(28, address);
  reply.set(frame.subarray(22, 32), 32);
  return reply;
}
