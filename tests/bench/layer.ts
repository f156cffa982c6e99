import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { MEDIA_TYPE, REF_NAME } from '../../guest/lib/oci.ts';
import { writeTar } from '../../guest/lib/tar.ts';
import { memoryStorage } from '../../src/registry/index.ts';
import type { Storage } from '../../src/registry/index.ts';

export const LAYER_BYTES = 8 << 20;

export interface BenchImage {
  /** The bundled images' layout with one image more. */
  readonly storage: Storage;
  readonly reference: string;
  /** Path of the layer in the registry, for another client to fetch the same bytes. */
  readonly path: string;
}

const digest = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const hex = (bytes: Uint8Array): string => digest(bytes).slice('sha256:'.length);
const json = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

/** An image of one layer of 8 MiB that nothing compresses. */
export function benchImage(): BenchImage {
  const layer = writeTar([
    {
      kind: 'file',
      path: 'data',
      mode: 0o644,
      uid: 0,
      gid: 0,
      data: new Uint8Array(randomBytes(LAYER_BYTES)),
    },
  ]);
  const config = json({
    architecture: '386',
    os: 'linux',
    config: { Cmd: ['/data'] },
    rootfs: { type: 'layers', diff_ids: [digest(layer)] },
  });
  const describe = (mediaType: string, bytes: Uint8Array): object => ({
    mediaType,
    digest: digest(bytes),
    size: bytes.length,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: describe(MEDIA_TYPE.config, config),
    layers: [describe(MEDIA_TYPE.layer, layer)],
  });
  const platform = { architecture: '386', os: 'linux' };
  const index = json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: [{ ...describe(MEDIA_TYPE.manifest, manifest), platform }],
  });
  const top = json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: [
      {
        ...describe(MEDIA_TYPE.index, index),
        annotations: { [REF_NAME]: 'library/eight:latest' },
      },
    ],
  });
  const storage = memoryStorage(
    new Map([
      ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
      ['index.json', top],
      [`blobs/sha256/${hex(index)}`, index],
      [`blobs/sha256/${hex(manifest)}`, manifest],
      [`blobs/sha256/${hex(config)}`, config],
      [`blobs/sha256/${hex(layer)}.gz`, new Uint8Array(gzipSync(layer, { level: 1 }))],
    ]),
  );
  return { storage, reference: 'eight', path: `v2/library/eight/blobs/${digest(layer)}` };
}
