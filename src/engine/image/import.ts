/**
 * `docker import`: an image with one layer, whose files are a tar's.
 */
import type { Sys } from '../sys/sys.ts';
import { PlainArchive } from '../tar/plain.ts';
import type { ImageConfiguration } from './configuration.ts';
import type { LayerDraft } from './layers.ts';
import { familiar } from './reference.ts';
import type { Reference } from './reference.ts';
import type { Image, ImageStore } from './store.ts';

export interface ImportRequest {
  readonly name: Reference | null;
  readonly message: string;
  readonly created: string;
  readonly config: NonNullable<ImageConfiguration['config']>;
}

/** An import under way: give it the archive piece by piece, then finish or abandon it. */
export class Import {
  readonly #images: ImageStore;
  readonly #draft: LayerDraft;
  readonly #plain: PlainArchive;

  constructor(sys: Sys, images: ImageStore) {
    this.#images = images;
    this.#plain = new PlainArchive(sys);
    this.#draft = images.layers.begin(Number.MAX_SAFE_INTEGER, true);
  }

  /** @throws EngineError 400 for what is no tar, bare or compressed with gzip */
  write(piece: ArrayBuffer): void {
    for (const bare of this.#plain.write(piece)) this.#draft.extractor.write(bare);
  }

  /** Makes the image. */
  finish({ name, message, created, config }: ImportRequest): Image {
    for (const bare of this.#plain.end()) this.#draft.extractor.write(bare);
    const { digest, size } = this.#draft.extractor.end();
    const diffId = digest.startsWith('sha256:') ? digest : `sha256:${digest}`;
    const configuration: ImageConfiguration = {
      architecture: '386',
      os: 'linux',
      created,
      comment: message,
      config,
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [{ created, comment: message }],
    };
    this.#draft.commit(diffId, [], size);
    const image = this.#images.add(JSON.stringify(configuration), name ? [name] : []);
    this.#images.emit('import', image.id, name ? familiar(name) : image.id);
    return image;
  }

  abandon(): void {
    this.#draft.abandon();
  }
}
