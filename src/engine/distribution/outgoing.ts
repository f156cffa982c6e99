/**
 * An image as it goes out, to a registry or into an archive: a manifest whose layers are the archives that
 * the configuration's `diff_ids` are the digests of, uncompressed. Of an image that came with such a
 * manifest it is the very same one, so that its digest stays what everybody knows.
 */
import { archiveOf, piecesOf } from '../image/layer-archive.ts';
import type { Image, ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import { parseManifest } from './manifest.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { ImageError } from '../image/errors.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

export interface OutgoingLayer {
  readonly descriptor: Descriptor;
  /**
   * The archive, piece by piece, from the beginning each time.
   * @throws ImageError 500 when it cannot be made again, or is not what it was
   */
  pieces(): Iterable<ArrayBuffer>;
}

export interface OutgoingImage {
  readonly image: Image;
  /** The manifest, byte for byte. */
  readonly manifest: string;
  readonly descriptor: Descriptor;
  readonly config: { readonly descriptor: Descriptor; readonly text: string };
  /** Lowest first. */
  readonly layers: readonly OutgoingLayer[];
}

/** @throws ImageError 500 when a layer's length is not known, see layer-archive.ts */
export function outgoing(sys: Sys, images: ImageStore, image: Image): OutgoingImage {
  const text = images.readBlob(image.id);
  const kept = keptManifest(images, image);
  const diffIds = image.configuration.rootfs.diff_ids;
  const layers = image.layers.map((layer, index) => {
    const diffId = diffIds[index] ?? '';
    const archive = archiveOf(sys, layer);
    const size = kept?.manifest.layers[index]?.size ?? archive?.size;
    const refusal = new ImageError(
      500,
      `layer ${diffId} cannot be sent on: its archive replaced files of its own, and only what it came to was kept`,
    );
    if (size === undefined) throw refusal;
    return {
      descriptor: kept?.manifest.layers[index] ?? { mediaType: LAYER_TYPE, digest: diffId, size },
      pieces: () => {
        if (archive === null) throw refusal;
        return piecesOf(sys, archive, diffId);
      },
    };
  });
  const config: Descriptor = kept?.manifest.config ?? {
    mediaType: CONFIG_TYPE,
    ...measured(sys, text),
  };
  const manifest =
    kept?.text ??
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config,
      layers: layers.map(({ descriptor }) => descriptor),
    });
  const mediaType = kept?.manifest.mediaType ?? MANIFEST_TYPE;
  return {
    image,
    manifest,
    descriptor: { mediaType, ...measured(sys, manifest) },
    config: { descriptor: config, text },
    layers,
  };
}

/** The manifest that the image came with, if its layers are the bare archives that we can make. */
function keptManifest(
  images: ImageStore,
  { id, record, configuration }: Image,
): { readonly text: string; readonly manifest: Manifest } | null {
  if (record.manifest === undefined) return null;
  const text = images.readBlob(record.manifest);
  // What has no media type of its own came under this one.
  const manifest = parseManifest(text, MANIFEST_TYPE);
  if (manifest.kind !== 'manifest' || manifest.config.digest !== id) return null;
  const diffIds = configuration.rootfs.diff_ids;
  const same =
    manifest.layers.length === diffIds.length &&
    manifest.layers.every(({ digest }, index) => digest === diffIds[index]);
  return same ? { text, manifest } : null;
}

function measured(sys: Sys, text: string): { readonly digest: string; readonly size: number } {
  const data = sys.encode(text);
  const hash = sys.sha256();
  hash.update(data);
  return { digest: `sha256:${hash.hex()}`, size: data.byteLength };
}
