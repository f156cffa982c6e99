import { expect, it } from 'vitest';
import { textOfLog } from './log.ts';
import { firstFile } from './tar.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function entry(type: string, content: string): Uint8Array {
  const block = new Uint8Array(512 + Math.ceil(content.length / 512) * 512);
  block.set(bytes('name'), 0);
  block.set(bytes(`${content.length.toString(8).padStart(11, '0')}\0`), 124);
  block.set(bytes(type), 156);
  block.set(bytes(content), 512);
  return block;
}

it('the first file of a tar is its text, extended headers left out', () => {
  expect(firstFile(entry('0', 'hello\n'))).toBe('hello\n');
  expect(firstFile(new Uint8Array([...entry('x', 'path=a'), ...entry('0', 'x')]))).toBe('x');
  expect(firstFile(entry('5', ''))).toBeNull();
  expect(firstFile(new Uint8Array(1024))).toBeNull();
});

it('a log is both streams in their order; with a terminal it is as it came', () => {
  const frame = (stream: number, text: string): number[] => {
    return [stream, 0, 0, 0, 0, 0, 0, text.length, ...bytes(text)];
  };
  expect(textOfLog(new Uint8Array([...frame(1, 'a\n'), ...frame(2, 'b\n')]), false)).toBe('a\nb\n');
  expect(textOfLog(bytes('a\r\n'), true)).toBe('a\n');
});
