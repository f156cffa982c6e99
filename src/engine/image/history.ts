/**
 * How an image came to be, newest step first, as `GET /images/{name}/history` tells it: each step of
 * the configuration's history with the size of the layer that it made.
 *
 * See it: `docker history busybox`.
 */
import type { ImageConfiguration } from './configuration.ts';

export interface HistoryStep {
  /** The image's ID at the top; Docker does not know the IDs of the steps below: `<missing>`. */
  readonly Id: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Tags: readonly string[] | null;
  /** Bytes in files of the step's layer. */
  readonly Size: number;
  readonly Comment: string;
}

/** @param sizes bytes of each layer, lowest first */
export function history(
  image: {
    readonly id: string;
    readonly tags: readonly string[];
    readonly configuration: ImageConfiguration;
  },
  sizes: readonly number[],
): HistoryStep[] {
  const entries = image.configuration.history ?? [];
  let layer = 0;
  const steps = entries.map((entry) => {
    const size = entry.empty_layer === true ? 0 : (sizes[layer++] ?? 0);
    return {
      Id: '<missing>',
      Created: seconds(entry.created),
      CreatedBy: entry.created_by ?? '',
      Tags: null,
      Size: size,
      Comment: entry.comment ?? '',
    };
  });
  // Layers that the history does not speak of are still there.
  for (; layer < sizes.length; layer++) {
    steps.push({
      Id: '<missing>',
      Created: seconds(image.configuration.created),
      CreatedBy: '',
      Tags: null,
      Size: sizes[layer] ?? 0,
      Comment: '',
    });
  }
  return steps
    .reverse()
    .map((step, index) =>
      index === 0
        ? { ...step, Id: image.id, Tags: image.tags.length === 0 ? null : image.tags }
        : step,
    );
}

/** Seconds since the epoch of an RFC 3339 time; 0 for none. */
export function seconds(time: string | null | undefined): number {
  // Date reads milliseconds; the nine digits that Go writes confuse some engines.
  const parsed = Date.parse((time ?? '').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(parsed) ? 0 : Math.floor(parsed / 1000);
}
