import { ETHERNET, IPV4, PROTOCOL_ICMP, sum16, writeIpv4 } from './packet.ts';
import type { Address } from './packet.ts';

const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const ECHO = 8;
export const NET_UNREACHABLE = 0;
export const PORT_UNREACHABLE = 3;

type Link = { readonly from: Uint8Array; readonly to: Uint8Array };

/** The answer to an echo request (ping) at `address`, else null. */
export function answerEcho(frame: Uint8Array, link: Link, address: Address): Uint8Array | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const at = ETHERNET + IPV4;
  if (frame.length < at + 8 || view.getUint8(at) !== ECHO || view.getUint32(30) !== address)
    return null;
  const message = frame.slice(at, ETHERNET + view.getUint16(ETHERNET + 2));
  message[0] = ECHO_REPLY;
  return wrap(message, link, address, view.getUint32(26));
}

/** Tells the sender of `frame` that nothing is there, so that its programs fail at once instead of waiting. */
export function unreachable(
  frame: Uint8Array,
  link: Link,
  address: Address,
  code: number,
): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const message = new Uint8Array(8 + IPV4 + 8);
  message[0] = UNREACHABLE;
  message[1] = code;
  message.set(frame.subarray(ETHERNET, ETHERNET + IPV4 + 8), 8);
  return wrap(message, link, address, view.getUint32(26));
}

function wrap(message: Uint8Array, link: Link, source: Address, destination: Address): Uint8Array {
  message[2] = message[3] = 0;
  const sum = ~sum16(message, 0, message.length) & 0xffff;
  message[2] = sum >> 8;
  message[3] = sum & 0xff;
  const frame = new Uint8Array(ETHERNET + IPV4 + message.length);
  writeIpv4(frame, link, source, destination, PROTOCOL_ICMP, message.length);
  frame.set(message, ETHERNET + IPV4);
  return frame;
}
