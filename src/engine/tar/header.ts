import type { Sys } from '../sys/sys.ts';

export const BLOCK = 512;
/** Where the fields of a ustar header begin (POSIX.1-1988), in bytes. */
const CHECKSUM = 148;

export interface HeaderFields {
  /** At most 100 bytes. */
  readonly name: string;
  readonly mode: number;
  /** Bytes of content that follow. */
  readonly size: number;
  readonly directory?: boolean;
}

/** The header of one entry: root's, made at the epoch. */
export function tarHeader(sys: Sys, { name, mode, size, directory }: HeaderFields): Uint8Array {
  const octal = (value: number, width: number): string =>
    `${value.toString(8).padStart(width - 1, '0')}\0`;
  const front = name.padEnd(100, '\0') + octal(mode, 8) + octal(0, 8) + octal(0, 8);
  const middle = octal(size, 12) + octal(0, 12) + ' '.repeat(8);
  const back = `${directory === true ? '5' : '0'}${'\0'.repeat(100)}ustar\x0000`;
  const block = new Uint8Array(BLOCK);
  block.set(new Uint8Array(sys.encode(front + middle + back)));
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(new Uint8Array(sys.encode(`${sum.toString(8).padStart(6, '0')}\0 `)), CHECKSUM);
  return block;
}

/** Zeros that fill the last block of a content up. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
