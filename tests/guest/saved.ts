/** Archives as `docker save` and others write them, made by hand, so that they may also lie. */
import { createHash } from 'node:crypto';
import { ustar } from './tar.ts';

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

export type Files = Record<string, Uint8Array>;

export const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A configuration over layers. */
export function config(layers: readonly Uint8Array[]): Uint8Array {
  const diffIds = layers.map((layer) => `sha256:${hex(layer)}`);
  return json({
    architecture: '386',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Cmd: ['/app'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
}

/** As Docker wrote archives before its 25th version; a layer that comes twice is a link. */
export function oldArchive(name: string, layers: readonly Uint8Array[]): Files {
  const document = config(layers);
  const paths = layers.map((_, at) => `${String(at).repeat(64)}/layer.tar`);
  return {
    ...Object.fromEntries(layers.map((layer, at) => [paths[at] ?? '', layer])),
    [`${hex(document)}.json`]: document,
    'manifest.json': json([{ Config: `${hex(document)}.json`, RepoTags: [name], Layers: paths }]),
  };
}

/** An OCI layout without Docker's manifest.json; `pack` compresses the layers. */
export function layout(
  name: string,
  layers: readonly Uint8Array[],
  pack: (layer: Uint8Array) => Uint8Array,
): Files {
  const document = config(layers);
  const packed = layers.map(pack);
  const descriptor = (mediaType: string, bytes: Uint8Array): object => ({
    mediaType,
    digest: `sha256:${hex(bytes)}`,
    size: bytes.length,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor(CONFIG_TYPE, document),
    layers: packed.map((bytes) => descriptor(`${LAYER_TYPE}+gzip`, bytes)),
  });
  const annotations = { 'io.containerd.image.name': `docker.io/library/${name}` };
  const blobs = [...packed, document, manifest];
  return {
    ...Object.fromEntries(blobs.map((bytes) => [`blobs/sha256/${hex(bytes)}`, bytes])),
    'index.json': json({
      schemaVersion: 2,
      manifests: [{ ...descriptor(MANIFEST_TYPE, manifest), annotations }],
    }),
    'oci-layout': json({ imageLayoutVersion: '1.0.0' }),
  };
}

export const layer = (name: string, content: string): Uint8Array =>
  ustar({ [name]: new TextEncoder().encode(content) });

/** The files of an archive: name → content. */
export function contentsOf(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (at: number, size: number): string =>
    new TextDecoder().decode(archive.subarray(at, at + size)).split('\0', 1)[0] ?? '';
  for (let at = 0; text(at, 100) !== '';) {
    const size = parseInt(text(at + 124, 12), 8);
    files.set(text(at, 100), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
