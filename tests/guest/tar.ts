/** A symbolic link; with `hard` another name of a file. */
interface Link {
  readonly link: string;
  readonly hard?: boolean;
}

/**
 * A ustar archive (POSIX pax, "ustar Interchange Format"): path → content of a regular file, or a link.
 */
export function ustar(files: Readonly<Record<string, Uint8Array | Link>>): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).flatMap(([path, content]) =>
    content instanceof Uint8Array
      ? [
          header(path, content.length),
          content,
          new Uint8Array((512 - (content.length % 512)) % 512),
        ]
      : [header(path, 0, content.link, content.hard === true ? '1' : '2')],
  );
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(1024)]));
}

function header(path: string, size: number, link = '', linkType = '2'): Uint8Array {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  };
  block.write(path, 0);
  octal(0o755, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(link === '' ? '0' : linkType, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}
