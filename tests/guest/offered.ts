/** Images for registries of others, put there by the registry's own API. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { compress, init } from '@bokuweb/zstd-wasm';
import { writeTar } from '../../guest/lib/tar.ts';

export interface OfferedLayer {
  /** Name and content of its files. */
  readonly files: Readonly<Record<string, string>>;
  readonly packing: 'none' | 'gzip' | 'zstd';
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';

/** Media types as each of both kinds of manifest names them. */
const types = {
  oci: {
    manifest: `${OCI}.manifest.v1+json`,
    index: `${OCI}.index.v1+json`,
    config: `${OCI}.config.v1+json`,
    none: `${OCI}.layer.v1.tar`,
    gzip: `${OCI}.layer.v1.tar+gzip`,
    zstd: `${OCI}.layer.v1.tar+zstd`,
  },
  docker: {
    manifest: `${DOCKER}.distribution.manifest.v2+json`,
    index: `${DOCKER}.distribution.manifest.list.v2+json`,
    config: `${DOCKER}.container.image.v1+json`,
    none: `${DOCKER}.image.rootfs.diff.tar`,
    gzip: `${DOCKER}.image.rootfs.diff.tar.gzip`,
    // Docker's own kind of manifest has none for it.
    zstd: `${OCI}.layer.v1.tar+zstd`,
  },
};

/**
 * Puts an image for linux/386 behind an index.
 *
 * @param base of the repository: `http://127.0.0.1:5000/v2/team/app`
 * @returns the digest of the index
 */
export async function offer(
  base: string,
  tag: string,
  layers: readonly OfferedLayer[],
  kind: 'oci' | 'docker' = 'oci',
): Promise<string> {
  const type = types[kind];
  const diffIds: string[] = [];
  const described: Descriptor[] = [];
  for (const { files, packing } of layers) {
    const archive = archiveOf(files);
    diffIds.push(digestOf(archive));
    described.push(await blob(base, type[packing], await packed(archive, packing)));
  }
  const configuration = {
    os: 'linux',
    architecture: '386',
    config: {},
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const config = await blob(base, type.config, JSON.stringify(configuration));
  const mine = { schemaVersion: 2, mediaType: type.manifest, config, layers: described };
  const manifest = await put(base, digestOf(JSON.stringify(mine)), mine);
  const platform = { os: 'linux', architecture: '386' };
  const index = {
    schemaVersion: 2,
    mediaType: type.index,
    manifests: [{ ...manifest, platform }],
  };
  return (await put(base, tag, index)).digest;
}

function archiveOf(files: Readonly<Record<string, string>>): Uint8Array {
  return writeTar(
    Object.entries(files).map(([path, content]) => ({
      kind: 'file' as const,
      path,
      mode: 0o644,
      data: Buffer.from(content),
      uid: 0,
      gid: 0,
    })),
  );
}

async function packed(archive: Uint8Array, packing: OfferedLayer['packing']): Promise<Uint8Array> {
  if (packing === 'none') return archive;
  if (packing === 'gzip') return gzipSync(archive);
  await init();
  return compress(archive, 3);
}

function digestOf(data: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

async function blob(
  base: string,
  mediaType: string,
  data: Uint8Array | string,
): Promise<Descriptor> {
  const digest = digestOf(data);
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', base);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const body = new Uint8Array(Buffer.from(data));
  const done = await fetch(place, { method: 'PUT', headers, body });
  if (done.status !== 201) throw new Error(`${place.href}: ${await done.text()}`);
  return { mediaType, digest, size: Buffer.byteLength(data) };
}

async function put(
  base: string,
  reference: string,
  document: { readonly mediaType: string },
): Promise<Descriptor> {
  const body = JSON.stringify(document);
  const { mediaType } = document;
  const headers = { 'content-type': mediaType };
  const done = await fetch(`${base}/manifests/${reference}`, { method: 'PUT', headers, body });
  if (done.status !== 201) throw new Error(`${reference}: ${await done.text()}`);
  return { mediaType, digest: digestOf(body), size: Buffer.byteLength(body) };
}
