/**
 * The "newc" cpio format, which the kernel unpacks into its first root file system
 * (linux/Documentation/driver-api/early-userspace/buffer-format.rst). Archives may follow one another,
 * each compressed or not; what is appended must start at a multiple of 4 bytes.
 */
import { SOURCE_TIME, sortEntries } from './entry.ts';
import type { Entry } from './entry.ts';

const FILE_TYPE: Record<Exclude<Entry['kind'], 'hardlink'>, number> = {
  directory: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  character: 0o020000,
};

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** One record: a header of 13 hexadecimal fields, the name, the content, each padded to 4 bytes. */
function record(name: string, fields: Record<string, number>, data: Uint8Array): Uint8Array {
  const nameBytes = Buffer.from(`${name}\0`);
  const order = [
    'ino',
    'mode',
    'uid',
    'gid',
    'nlink',
    'mtime',
    'filesize',
    'devmajor',
    'devminor',
    'rdevmajor',
    'rdevminor',
    'namesize',
    'check',
  ];
  const values: Record<string, number> = {
    ...fields,
    filesize: data.length,
    namesize: nameBytes.length,
  };
  const header = `070701${order.map((field) => (values[field] ?? 0).toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  const nameEnd = padded(header.length + nameBytes.length);
  const bytes = new Uint8Array(nameEnd + padded(data.length));
  bytes.set(Buffer.from(header), 0);
  bytes.set(nameBytes, header.length);
  bytes.set(data, nameEnd);
  return bytes;
}

/**
 * A whole archive, its length a multiple of 4 so that another may follow it.
 *
 * Files with several names come last, when every directory of those names exists (the kernel makes no
 * missing ones): an empty record for each name but the last, whose record carries the content.
 *
 * @throws Error for entries that {@link sortEntries} refuses.
 */
export function writeCpio(entries: readonly Entry[]): Uint8Array {
  const sorted = sortEntries(entries);
  const links = new Map<string, string[]>();
  for (const entry of sorted) {
    if (entry.kind !== 'hardlink') continue;
    links.set(entry.target, [...(links.get(entry.target) ?? []), entry.path]);
  }
  const single = sorted.filter((entry) => entry.kind !== 'hardlink' && !links.has(entry.path));
  const shared = sorted.filter((entry) => links.has(entry.path));

  const parts: Uint8Array[] = [];
  const nothing = new Uint8Array(0);
  [...single, ...shared].forEach((entry, index) => {
    if (entry.kind === 'hardlink') return;
    const names = [entry.path, ...(links.get(entry.path) ?? [])];
    const data = contentOf(entry);
    const device = entry.kind === 'character' ? entry : { major: 0, minor: 0 };
    const fields = {
      ino: index + 1,
      mode: FILE_TYPE[entry.kind] | entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      nlink: entry.kind === 'directory' ? 2 : names.length,
      mtime: SOURCE_TIME,
      rdevmajor: device.major,
      rdevminor: device.minor,
    };
    const last = names.length - 1;
    names.forEach((name, at) => parts.push(record(name, fields, at === last ? data : nothing)));
  });
  parts.push(record('TRAILER!!!', { nlink: 1 }, nothing));
  return Buffer.concat(parts);
}

/**
 * The content of the regular file `path` in an archive, or in the first of several that follow one another;
 * null when there is no such file.
 *
 * @throws Error when `archive` is not of the newc format.
 */
export function readCpioFile(archive: Uint8Array, path: string): Uint8Array | null {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const field = (index: number): number =>
      parseInt(bytes.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    if (bytes.toString('latin1', at, at + 6) !== '070701') {
      throw new Error(`not a cpio archive of the newc format at byte ${String(at)}`);
    }
    const [size, nameSize] = [field(6), field(11)];
    const name = bytes.toString('utf8', at + 110, at + 110 + nameSize - 1);
    const data = at + padded(110 + nameSize);
    if (name === 'TRAILER!!!') return null;
    if (name === path && size > 0) return bytes.subarray(data, data + size);
    at = data + padded(size);
  }
  return null;
}

function contentOf(entry: Entry): Uint8Array {
  if (entry.kind === 'file') return entry.data;
  return entry.kind === 'symlink' ? Buffer.from(entry.target) : new Uint8Array(0);
}
