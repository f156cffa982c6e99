import type { Sys } from '../../sys/sys.ts';

const BLOCK = 512;
/** Where the fields of a ustar header begin (POSIX.1-1988), in bytes. */
const CHECKSUM = 148;

/** One file of a tar archive, header and content, without the archive's end. */
export function tarFile(sys: Sys, name: string, content: ArrayBuffer): ArrayBuffer {
  const octal = (value: number, width: number): string =>
    `${value.toString(8).padStart(width - 1, '0')}\0`;
  const front = name.padEnd(100, '\0') + octal(0o600, 8) + octal(0, 8) + octal(0, 8);
  const size = octal(content.byteLength, 12) + octal(0, 12);
  const back = `0${'\0'.repeat(100)}ustar\x0000`;
  const whole = new Uint8Array(BLOCK + Math.ceil(content.byteLength / BLOCK) * BLOCK);
  whole.set(new Uint8Array(sys.encode(`${front}${size}${' '.repeat(8)}${back}`)));
  const sum = whole.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  whole.set(new Uint8Array(sys.encode(`${sum.toString(8).padStart(6, '0')}\0 `)), CHECKSUM);
  whole.set(new Uint8Array(content), BLOCK);
  return whole.buffer;
}
