/**
 * An image as it goes out, to a registry or into an archive. What can be made here are the archives that the
 * configuration's `diff_ids` are the digests of, uncompressed: packing them would take the guest thirty times
 * as long as it takes others, and bring another digest than the one that everybody knows. A layer that the
 * registry has packed stays so (push.ts), and an image whose layers are all what they were when it came keeps
 * its manifest, byte for byte.
 */
import { archiveOf, piecesOf } from '../image/layer-archive.ts';
import type { Image, ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import { packingOf, parseManifest } from './manifest.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { ImageError } from '../image/errors.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

export interface OutgoingLayer {
  /** The archive as it can be sent from here: bare. */
  readonly descriptor: Descriptor;
  readonly diffId: string;
  /**
   * The archive, piece by piece, from the beginning each time.
   * @throws ImageError 500 when it cannot be made again, or is not what it was
   */
  pieces(): Iterable<ArrayBuffer>;
}

/** A manifest, byte for byte. */
export interface Sealed {
  readonly manifest: string;
  readonly descriptor: Descriptor;
}

export interface OutgoingImage {
  readonly image: Image;
  readonly config: { readonly descriptor: Descriptor; readonly text: string };
  /** Lowest first. */
  readonly layers: readonly OutgoingLayer[];
  /** The manifest of the image with its layers as these blobs: the one that it came with when that says the same. */
  seal(layers: readonly Descriptor[]): Sealed;
}

/** @throws ImageError 500 when a layer's length is not known, see layer-archive.ts */
export function outgoing(sys: Sys, images: ImageStore, image: Image): OutgoingImage {
  const text = images.readBlob(image.id);
  const kept = keptManifest(images, image);
  const diffIds = image.configuration.rootfs.diff_ids;
  const layers = image.layers.map((layer, index) => {
    const diffId = diffIds[index] ?? '';
    const archive = archiveOf(sys, layer);
    const came = kept?.manifest.layers[index];
    const bare = came?.digest === diffId ? came : undefined;
    const size = bare?.size ?? archive?.size;
    const refusal = new ImageError(
      500,
      `layer ${diffId} cannot be sent on: its archive replaced files of its own, and only what it came to was kept`,
    );
    if (size === undefined) throw refusal;
    return {
      diffId,
      descriptor: bare ?? { mediaType: LAYER_TYPE, digest: diffId, size },
      pieces: () => {
        if (archive === null) throw refusal;
        return piecesOf(sys, archive, diffId);
      },
    };
  });
  const config: Descriptor = { mediaType: CONFIG_TYPE, ...measured(sys, text) };
  return {
    image,
    config: { descriptor: config, text },
    layers,
    seal(blobs) {
      if (kept !== null && sameBlobs(kept.manifest.layers, blobs)) {
        const { mediaType } = kept.manifest;
        return {
          manifest: kept.text,
          descriptor: { mediaType, ...measured(sys, kept.text) },
        };
      }
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config,
        layers: blobs.map(inOci),
      });
      return { manifest, descriptor: { mediaType: MANIFEST_TYPE, ...measured(sys, manifest) } };
    },
  };
}

/** The layer by the name that a manifest of OCI's kind has for it. */
function inOci({ mediaType, digest, size }: Descriptor): Descriptor {
  const packing = packingOf({ mediaType, digest, size });
  return { mediaType: packing === null ? LAYER_TYPE : `${LAYER_TYPE}+${packing}`, digest, size };
}

function sameBlobs(some: readonly Descriptor[], others: readonly Descriptor[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ digest }, index) => digest === others[index]?.digest)
  );
}

/** The manifest that the image came with, or was pushed with last. */
export function keptManifest(
  images: ImageStore,
  { id, record, configuration }: Image,
): { readonly text: string; readonly manifest: Manifest } | null {
  if (record.manifest === undefined) return null;
  const text = images.readBlob(record.manifest);
  // What has no media type of its own came under this one.
  const manifest = parseManifest(text, MANIFEST_TYPE);
  if (manifest.kind !== 'manifest' || manifest.config.digest !== id) return null;
  const same = manifest.layers.length === configuration.rootfs.diff_ids.length;
  return same ? { text, manifest } : null;
}

function measured(sys: Sys, text: string): { readonly digest: string; readonly size: number } {
  const data = sys.encode(text);
  const hash = sys.sha256();
  hash.update(data);
  return { digest: `sha256:${hash.hex()}`, size: data.byteLength };
}
