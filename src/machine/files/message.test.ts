import { describe, expect, it } from 'vitest';
import { MessageFields, MessageReader, MessageWriter } from './message.ts';

describe('messages to and from the file server', () => {
  const message = new MessageWriter(7, 'w')
    .text('앱/app.py')
    .number(2, 1)
    .number(0xfedcba9876543210n, 8)
    .bytes(Uint8Array.of(1, 2, 3))
    .end();

  it('are read as they were written, whatever pieces they arrive in', () => {
    const two = Uint8Array.of(...message, ...message);
    for (let piece = 1; piece <= two.length; piece++) {
      const reader = new MessageReader();
      const seen: Uint8Array[] = [];
      for (let at = 0; at < two.length; at += piece)
        seen.push(...reader.feed(two.subarray(at, at + piece)));
      expect(seen).toEqual([message.subarray(4), message.subarray(4)]);
    }
    const fields = new MessageFields(message.subarray(4));
    expect(fields.number()).toBe(7);
    expect(String.fromCharCode(fields.byte())).toBe('w');
    expect(fields.text()).toBe('앱/app.py');
    expect(fields.byte()).toBe(2);
    expect(fields.long()).toBe(0xfedcba9876543210n);
    expect(fields.bytes()).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('that are shorter than they should be are refused', () => {
    const short = new MessageFields(Uint8Array.of(9, 0, 0, 0, 1));
    expect(() => short.bytes()).toThrow(RangeError);
    expect(() => new MessageFields(Uint8Array.of(1)).number()).toThrow(RangeError);
  });
});
