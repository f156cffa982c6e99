import type { ImagePicture } from '../../protocol/bottle.ts';

/** A layer on the drawing of all images: images are rows, their layers lie from the base on the left upwards. */
export interface Sheet {
  readonly chainId: string;
  readonly size: number;
  /** From 0, the base. */
  readonly depth: number;
  /** First row, and how many images stand on it. */
  readonly row: number;
  readonly images: readonly string[];
}

export interface Forest {
  readonly rows: readonly ImagePicture[];
  readonly sheets: readonly Sheet[];
  readonly depth: number;
}

/** What an image is called, or the twelve digits of its ID. */
export const imageName = ({ id, tags }: ImagePicture): string =>
  tags[0] ?? id.replace('sha256:', '').slice(0, 12);

/** Orders images so that those that share layers lie beside each other: chain IDs are the paths of a forest. */
export function forestOf(images: readonly ImagePicture[]): Forest {
  const names = new Map<string, string>();
  // A layer's place among its neighbours: that of the first image, by name, that has it.
  for (const image of [...images].sort(byName)) {
    for (const { chainId } of image.layers) {
      if (!names.has(chainId)) names.set(chainId, imageName(image));
    }
  }
  const path = (image: ImagePicture): string =>
    image.layers.map(({ chainId }) => `${names.get(chainId) ?? ''} ${chainId}`).join('\n');
  const rows = [...images].sort((a, b) => (path(a) < path(b) ? -1 : 1) || byName(a, b));
  const sheets = new Map<string, Sheet>();
  for (const [row, image] of rows.entries()) {
    for (const [depth, { chainId, size }] of image.layers.entries()) {
      const known = sheets.get(chainId);
      const standing = [...(known?.images ?? []), imageName(image)];
      sheets.set(
        chainId,
        known ? { ...known, images: standing } : { chainId, size, depth, row, images: standing },
      );
    }
  }
  return {
    rows,
    sheets: [...sheets.values()],
    depth: Math.max(0, ...images.map(({ layers }) => layers.length)),
  };
}

const byName = (a: ImagePicture, b: ImagePicture): number =>
  imageName(a) < imageName(b) ? -1 : imageName(a) > imageName(b) ? 1 : 0;
