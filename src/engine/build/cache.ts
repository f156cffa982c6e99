import type { Image, ImageStore } from '../image/store.ts';
import type { RunConfig } from './config.ts';

/**
 * The build cache: images that builds made, found again by the image below them, by what was done and
 * by the configuration that came of it. It is nothing beside the images, and so survives what they do.
 */
export class BuildCache {
  readonly #images: ImageStore;
  /** From parent and step to images, made when it is first asked for. */
  #known: Map<string, string[]> | null = null;

  constructor(images: ImageStore) {
    this.#images = images;
  }

  /** @param parent the image below, '' for none */
  find(parent: string, createdBy: string, config: RunConfig): Image | null {
    const wanted = canonical(config);
    for (const id of this.#index().get(keyOf(parent, createdBy)) ?? []) {
      const image = this.#images.byId(id);
      if (image && canonical(image.configuration.config ?? {}) === wanted) return image;
    }
    return null;
  }

  /** Tells of an image that was just made. */
  add(image: Image): void {
    if (this.#known !== null) note(this.#known, image);
  }

  #index(): Map<string, string[]> {
    if (this.#known !== null) return this.#known;
    const known = new Map<string, string[]>();
    for (const image of this.#images.list()) note(known, image);
    this.#known = known;
    return known;
  }
}

/** The newest image of a step comes first. */
function note(known: Map<string, string[]>, image: Image): void {
  const { parent } = image.record;
  if (parent === undefined) return;
  const key = keyOf(parent, image.configuration.history?.at(-1)?.created_by ?? '');
  const ids = known.get(key) ?? [];
  known.set(key, [...ids, image.id]);
}

function keyOf(parent: string, createdBy: string): string {
  return `${parent}\0${createdBy}`;
}

/** Configurations that mean the same as the same text. */
function canonical(config: RunConfig): string {
  return JSON.stringify(config, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = Object.entries(value).filter(([, field]) => !isNothing(field));
    return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
