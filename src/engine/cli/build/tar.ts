import type { Sys } from '../../sys/sys.ts';
import { BLOCK, padding, tarHeader } from '../../tar/header.ts';

/** One file of a tar archive, header and content, without the archive's end. */
export function tarFile(sys: Sys, name: string, content: ArrayBuffer): ArrayBuffer {
  const size = content.byteLength;
  const whole = new Uint8Array(BLOCK + size + padding(size));
  whole.set(tarHeader(sys, { name, mode: 0o600, size }));
  whole.set(new Uint8Array(content), BLOCK);
  return whole.buffer;
}
