/** The little of ustar (POSIX.1-1988, 10.1.1) that `docker cp` of one file needs: 512 bytes of header, then the file. */
const BLOCK = 512;
const [SIZE, SIZE_END, TYPE] = [124, 136, 156];

/** The content of the archive's first regular file as text; null when its first entry is none. */
export function firstFile(tar: Uint8Array): string | null {
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = Number.parseInt(decode(header.subarray(SIZE, SIZE_END)), 8);
    const type = String.fromCharCode(header[TYPE] ?? 0);
    if (!Number.isFinite(size)) throw new Error(`not a tar: no size at byte ${String(at + SIZE)}`);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (type === '0' || type === '\0') return decode(content);
    // Extended headers (pax, GNU) go before what they are about.
    if (!'xgLK'.includes(type)) return null;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}
