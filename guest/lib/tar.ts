/**
 * The ustar format of image layers (POSIX.1-2001 pax interchange, "ustar interchange format"), with a
 * pax record only where a path or link target does not fit its field.
 */
import { SOURCE_TIME, sortEntries } from './entry.ts';
import type { Entry } from './entry.ts';

const BLOCK = 512;
const TYPE_FLAG: Record<Entry['kind'], string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  directory: '5',
};

/** A number as octal digits that fill a field but for the NUL at its end. */
function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly typeFlag: string;
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
}

function headerBlock(header: Header): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(header.name, 0, 100);
  block.write(octal(header.mode, 8), 100);
  block.write(octal(header.uid, 8), 108);
  block.write(octal(header.gid, 8), 116);
  block.write(octal(header.size, 12), 124);
  block.write(octal(SOURCE_TIME, 12), 136);
  block.write('        ', 148);
  block.write(header.typeFlag, 156);
  block.write(header.linkName, 157, 100);
  block.write('ustar\x0000', 257);
  block.write(octal(header.major, 8), 329);
  block.write(octal(header.minor, 8), 337);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function paddedToBlock(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  bytes.set(data);
  return bytes;
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restLength = Buffer.byteLength(rest);
  let length = restLength;
  while (length !== restLength + String(length).length) length = restLength + String(length).length;
  return `${String(length)}${rest}`;
}

function needsPax(text: string): boolean {
  return Buffer.byteLength(text) > 100 || /[^\x20-\x7e]/.test(text);
}

/**
 * A whole layer, closed by two empty blocks.
 *
 * @throws Error for entries that `sortEntries` refuses.
 */
export function writeTar(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of sortEntries(entries)) {
    const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
    const linkName = entry.kind === 'symlink' || entry.kind === 'hardlink' ? entry.target : '';
    const data = entry.kind === 'file' ? entry.data : new Uint8Array(0);
    const pax =
      (needsPax(name) ? paxRecord('path', name) : '') +
      (needsPax(linkName) ? paxRecord('linkpath', linkName) : '');
    const device =
      entry.kind === 'character'
        ? { major: entry.major, minor: entry.minor }
        : { major: 0, minor: 0 };
    const owner = { uid: entry.uid, gid: entry.gid };
    if (pax !== '') {
      const bytes = Buffer.from(pax);
      parts.push(
        headerBlock({
          name: 'pax',
          mode: 0o644,
          uid: 0,
          gid: 0,
          size: bytes.length,
          typeFlag: 'x',
          linkName: '',
          major: 0,
          minor: 0,
        }),
        paddedToBlock(bytes),
      );
    }
    parts.push(
      headerBlock({
        name,
        mode: entry.mode,
        ...owner,
        size: data.length,
        typeFlag: TYPE_FLAG[entry.kind],
        linkName,
        ...device,
      }),
      paddedToBlock(data),
    );
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(parts);
}
