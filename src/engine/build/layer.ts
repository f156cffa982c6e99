import { chainIds } from '../image/layers.ts';
import type { Image, ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import type { RunConfig } from './config.ts';
import { openDirectory, piecesOf } from './tree.ts';

/** What makes an image out of the one below it. */
export interface ImageStep {
  /** Null for none. */
  readonly parent: Image | null;
  readonly config: RunConfig;
  readonly createdBy: string;
  readonly author: string;
  /** The upper directory of an overlay over the parent, which is taken; null when there are no files. */
  readonly upper: string | null;
}

/** The digest of an archive of nothing: a step that changed no file makes no layer. */
const EMPTY = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

const PLATFORM = { architecture: '386', os: 'linux' } as const;

let made = 0;

/** Makes the image of a step, and its layer when it has files. */
export function makeImage(sys: Sys, images: ImageStore, step: ImageStep): Image {
  const { parent, upper } = step;
  const before = parent?.configuration.rootfs.diff_ids ?? [];
  const origin = { parent: parent?.id ?? '' };
  const packed = upper === null ? null : measure(sys, upper);
  if (upper === null || packed === null || packed.digest === EMPTY) {
    return images.add(configurationOf(sys, step, before, true), [], origin);
  }
  const diffIds = [...before, packed.digest];
  const chain = chainIds(sys, diffIds);
  const owner = `build ${++made}`;
  // Nobody else knows the layer before the image does.
  images.retain(owner, chain);
  try {
    images.layers.adopt(upper, chain.at(-1) ?? '', chain.slice(0, -1), packed);
    return images.add(configurationOf(sys, step, diffIds, false), [], origin);
  } finally {
    images.release(owner);
  }
}

/** The layer's archive, hashed as it will always be packed, and the bytes of it and in its files. */
function measure(
  sys: Sys,
  upper: string,
): { readonly digest: string; readonly size: number; readonly archive: number } {
  const root = openDirectory(sys, upper);
  try {
    const writer = sys.tarWriter(root, '/', { name: null, overlay: true, system: false });
    const hash = sys.sha256();
    let size = 0;
    let archive = 0;
    for (const piece of piecesOf(writer)) {
      hash.update(piece);
      size = writer.bytes;
      archive += piece.byteLength;
    }
    return { digest: `sha256:${hash.hex()}`, size, archive };
  } finally {
    sys.close(root);
  }
}

function configurationOf(
  sys: Sys,
  { parent, config, createdBy, author }: ImageStep,
  diffIds: readonly string[],
  empty: boolean,
): string {
  const created = sys.timestamp();
  const { architecture, os, variant } = {
    variant: undefined,
    ...(parent?.configuration ?? PLATFORM),
  };
  const by = author === '' ? {} : { author };
  return JSON.stringify({
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    created,
    ...by,
    docker_version: '27.5.1',
    config,
    history: [
      ...(parent?.configuration.history ?? []),
      { created, created_by: createdBy, ...by, ...(empty ? { empty_layer: true } : {}) },
    ],
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
}
