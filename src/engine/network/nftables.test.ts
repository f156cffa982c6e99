import { expect, it } from 'vitest';
import { answers, attribute, message, nested, NetlinkError, text, u32 } from './netlink.ts';
import { batch, deviceKey, Table, verdict } from './nftables.ts';

it('aligns attributes to four bytes and counts them without their padding', () => {
  expect(attribute(3, text('lo'))).toEqual([7, 0, 3, 0, 108, 111, 0, 0]);
  expect(nested(1, attribute(2, [5]))).toEqual([12, 0, 1, 0x80, 5, 0, 2, 0, 5, 0, 0, 0]);
  expect(message(16, 4, 9, u32(1))).toEqual([
    20, 0, 0, 0, 16, 0, 5, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
  ]); // prettier-ignore
  expect(deviceKey('docker0')).toHaveLength(16);
});

it('puts a batch between its begin and its end, each message with its number', () => {
  const table = new Table('t');
  const bytes = batch([table.create(), table.rule('c', verdict('drop'))]);
  const view = new DataView(bytes.buffer);
  const found: [type: number, sequence: number][] = [];
  for (let at = 0; at < bytes.length; at += (view.getUint32(at, true) + 3) & ~3) {
    found.push([view.getUint16(at + 4, true), view.getUint32(at + 8, true)]);
  }
  expect(found).toEqual([
    [16, 0],
    [0x0a00, 1],
    [0x0a06, 2],
    [17, 3],
  ]);
});

it('tells which message the kernel refused', () => {
  const refused = message(2, 0, 7, u32(-17), message(0x0a00, 0, 7));
  const buffer = Uint8Array.from([
    ...message(2, 0, 1, u32(0)),
    ...message(16, 0, 1, u32(42)),
    ...refused,
  ]);
  expect(() => answers(buffer.buffer, 'trying')).toThrow(NetlinkError);
  expect(() => answers(buffer.buffer, 'trying')).toThrow(/trying: message 7 .* errno 17/);
  const [answer] = answers(buffer.buffer.slice(0, 40), 'trying');
  expect(answer?.body.getUint32(0, true)).toBe(42);
});
