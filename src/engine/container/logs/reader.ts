import { O_RDONLY } from '../../sys/fcntl.ts';
import type { Sys } from '../../sys/sys.ts';

/** A line of a json-file log; the shim writes them, and nobody else. */
export interface Entry {
  readonly log: string;
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
}

const NEWLINE = 10;

/** How much is read at a time; the longest line is 16 KiB of bytes that JSON writes as six each. */
const CHUNK = 131072;

/**
 * Lines of a log to entries: all in one call of the parser, which is far cheaper than one each. A
 * line that is none (a disk that was full, a file that was cut while it was read) is passed over.
 */
function parseLines(text: string): Entry[] {
  try {
    // The shim writes these lines, and nobody else.
    return JSON.parse(`[${text.replaceAll('\n', ',')}]`) as Entry[];
  } catch {
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
  }
}

/** The first entries of a file: of at most `limit` bytes. */
export function readLines(sys: Sys, path: string, limit: number): Entry[] {
  if (!sys.stat(path)) return [];
  const fd = sys.open(path, O_RDONLY);
  try {
    const bytes = new Uint8Array(sys.pread(fd, limit, 0));
    const end = bytes.lastIndexOf(NEWLINE);
    return end < 0 ? [] : parseLines(sys.decode(bytes.subarray(0, end)));
  } finally {
    sys.close(fd);
  }
}

/** Where a reader is: a place in one of the log's files. */
interface Place {
  readonly fd: number;
  readonly inode: number;
  offset: number;
}

/**
 * Reads a log that grows and rotates: `PATH.2` is older than `PATH.1`, and `PATH` is the newest.
 * What is rotated away while it is read is read to its end first.
 */
export class LogReader {
  readonly #sys: Sys;
  readonly #path: string;
  #place: Place | null = null;

  constructor(sys: Sys, path: string) {
    this.#sys = sys;
    this.#path = path;
  }

  /** Goes to the oldest line that is kept. */
  toStart(): void {
    const oldest = this.#files().at(-1);
    if (oldest !== undefined) this.#open(oldest, 0);
  }

  /** Goes to the place from which there are `count` lines to the end. */
  toTail(count: number): void {
    let missing = count;
    for (const path of this.#files()) {
      const { offset, found } = this.#lastLines(path, missing);
      this.#open(path, offset);
      missing -= found;
      if (missing <= 0) return;
    }
  }

  /** Some of the entries behind the last ones that were read; none at the end. */
  read(): Entry[] {
    if (!this.#place) this.toStart();
    for (;;) {
      const place = this.#place;
      if (!place) return [];
      const bytes = new Uint8Array(this.#sys.pread(place.fd, CHUNK, place.offset));
      const end = bytes.lastIndexOf(NEWLINE);
      if (end >= 0) {
        place.offset += end + 1;
        const entries = parseLines(this.#sys.decode(bytes.subarray(0, end)));
        if (entries.length > 0) return entries;
        continue;
      }
      if (!this.#next(place)) return [];
    }
  }

  close(): void {
    if (this.#place) this.#sys.close(this.#place.fd);
    this.#place = null;
  }

  /** The files that there are, newest first. */
  #files(): string[] {
    const files: string[] = [];
    for (let i = 0; ; i++) {
      const path = i === 0 ? this.#path : `${this.#path}.${String(i)}`;
      // In the moment of a rotation the newest may not be there yet.
      if (this.#sys.stat(path)) files.push(path);
      else if (i > 0) return files;
    }
  }

  #open(path: string, offset: number): void {
    const stat = this.#sys.stat(path);
    if (!stat) return;
    const fd = this.#sys.open(path, O_RDONLY);
    this.close();
    this.#place = { fd, inode: stat.ino, offset };
  }

  /** From the end of one file to the beginning of the next; false when there is nothing newer. */
  #next(place: Place): boolean {
    const files = this.#files();
    const at = files.findIndex((path) => this.#sys.stat(path)?.ino === place.inode);
    if (at === 0) {
      // With one file only, rotation empties it.
      const size = this.#sys.stat(this.#path)?.size ?? 0;
      if (size >= place.offset) return false;
      place.offset = 0;
      return size > 0;
    }
    // Rotated out altogether: what is left begins with the oldest.
    const newer = at < 0 ? files.at(-1) : files[at - 1];
    if (newer === undefined) return false;
    this.#open(newer, 0);
    return true;
  }

  /** The place of the last `count` lines of a file, and how many there are. */
  #lastLines(path: string, count: number): { offset: number; found: number } {
    const sys = this.#sys;
    const fd = sys.open(path, O_RDONLY);
    try {
      let start = sys.stat(path)?.size ?? 0;
      let found = 0;
      while (start > 0) {
        const length = Math.min(CHUNK, start);
        start -= length;
        const bytes = new Uint8Array(sys.pread(fd, length, start));
        // Backwards from one newline to the one before: each ends a line.
        for (let at = bytes.lastIndexOf(NEWLINE); at >= 0;) {
          if (found === count) return { offset: start + at + 1, found };
          found++;
          at = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1);
        }
      }
      return { offset: 0, found };
    } finally {
      sys.close(fd);
    }
  }
}
