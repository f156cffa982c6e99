/** Images for tests: tar archives, configurations, and a store with them in it. */
import type { FakeSys } from '../sys/fake.ts';
import { parseReference } from './reference.ts';
import type { Image, ImageStore } from './store.ts';

/** A tar archive of regular files: path → content. */
export function tar(sys: FakeSys, files: Readonly<Record<string, string>>): ArrayBuffer {
  const blocks = Object.entries(files).map(([name, content]) => entry(name, content));
  return sys.encode(`${blocks.join('')}${'\0'.repeat(1024)}`);
}

/** Content must be ASCII: a character is a byte here. */
function entry(name: string, content: string): string {
  const octal = (value: number, width: number): string =>
    `${value.toString(8).padStart(width - 1, '0')}\0`;
  const start = `${name.padEnd(100, '\0')}${octal(0o644, 8)}${octal(0, 8)}${octal(0, 8)}`;
  const middle = `${octal(content.length, 12)}${octal(0, 12)}`;
  const end = `0${'\0'.repeat(100)}ustar\x0000${'\0'.repeat(247)}`;
  const sum = [...start, ...middle, ...' '.repeat(8), ...end].reduce(
    (n, c) => n + c.charCodeAt(0),
    0,
  );
  const header = `${start}${middle}${sum.toString(8).padStart(6, '0')}\0 ${end}`;
  return header + content.padEnd(Math.ceil(content.length / 512) * 512, '\0');
}

export function digestOf(sys: FakeSys, data: ArrayBuffer | string): string {
  const hash = sys.sha256();
  hash.update(typeof data === 'string' ? sys.encode(data) : data);
  return `sha256:${hash.hex()}`;
}

export function configurationText(
  diffIds: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    architecture: '386',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
    ...more,
  });
}

/** Puts an image of these layers into the store. */
export function addImage(
  sys: FakeSys,
  store: ImageStore,
  layers: readonly Readonly<Record<string, string>>[],
  names: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
  origin: { readonly parent?: string } = {},
): Image {
  const tars = layers.map((files) => tar(sys, files));
  const text = configurationText(
    tars.map((data) => digestOf(sys, data)),
    more,
  );
  const chain = store.chain(JSON.parse(text));
  chain.forEach((chainId, index) => {
    if (store.layers.find(chainId) !== null) return;
    const draft = store.layers.begin(1_000_000);
    draft.extractor.write(tars[index] ?? new ArrayBuffer(0));
    draft.commit(chainId, chain.slice(0, index), draft.extractor.end().size);
  });
  return store.add(text, names.map(parseReference), origin);
}
