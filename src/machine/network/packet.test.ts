import { expect, it } from 'vitest';
import { answerEcho } from './icmp.ts';
import { ACK, PSH, SYN, addressOf, answerArp, readSegment, sum16, writeSegment } from './packet.ts';

const link = { from: Uint8Array.of(1, 2, 3, 4, 5, 6), to: Uint8Array.of(7, 8, 9, 10, 11, 12) };
const segment = {
  source: addressOf('192.168.86.1'),
  destination: addressOf('192.168.86.100'),
  sourcePort: 80,
  destinationPort: 40_000,
  sequence: 0xfffffff0,
  acknowledgement: 0x80000001,
  flags: ACK | PSH,
  window: 65_535,
  data: new TextEncoder().encode('hello'),
};

it('writes a segment that reads back, with checksums that hold', () => {
  const frame = writeSegment(link, segment);
  expect(readSegment(frame)).toEqual(segment);
  expect(sum16(frame, 14, 34)).toBe(0xffff);
  const length = frame.length - 34;
  expect(sum16(frame, 34, frame.length, sum16(frame, 26, 34, 6 + length))).toBe(0xffff);
});

it('keeps the options of a handshake', () => {
  const syn = { ...segment, flags: SYN, mss: 1460, scale: 7, data: new Uint8Array() };
  expect(readSegment(writeSegment(link, syn))).toEqual(syn);
});

it('reads nothing from a frame that is cut off or lies about its length', () => {
  const frame = writeSegment(link, segment);
  expect(readSegment(frame.subarray(0, frame.length - 1))).toBeNull();
  expect(readSegment(frame.subarray(0, 40))).toBeNull();
  const offset = frame.slice();
  offset[46] = 0xf0; // a header of 60 bytes, longer than the packet
  expect(readSegment(offset)).toBeNull();
});

it('answers ARP and ping for its own address only', () => {
  const arp = new Uint8Array(42);
  arp.set([0, 1, 8, 0, 6, 4, 0, 1], 14);
  arp.set([7, 8, 9, 10, 11, 12, 192, 168, 86, 100], 22);
  arp.set([192, 168, 86, 1], 38);
  const reply = answerArp(arp, segment.source, link.from);
  expect(reply?.subarray(20, 32)).toEqual(Uint8Array.of(0, 2, 1, 2, 3, 4, 5, 6, 192, 168, 86, 1));
  expect(answerArp(arp, segment.destination, link.from)).toBeNull();

  const echo = writeSegment(link, {
    ...segment,
    source: segment.destination,
    destination: segment.source,
  });
  echo[34] = 8;
  const answer = answerEcho(echo, link, segment.source);
  expect(answer?.[34]).toBe(0);
  expect(answer && sum16(answer, 34, answer.length)).toBe(0xffff);
  expect(answerEcho(echo, link, segment.destination)).toBeNull();
});
