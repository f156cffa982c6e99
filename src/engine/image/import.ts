/**
 * `docker import`: an image with one layer, whose files are a tar's.
 */
import { EngineError } from '../errors.ts';
import type { ImageConfiguration } from './configuration.ts';
import type { LayerDraft } from './layers.ts';
import { familiar } from './reference.ts';
import type { Reference } from './reference.ts';
import type { Image, ImageStore } from './store.ts';

/** What compressed archives begin with. */
const COMPRESSED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

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
  #begun = false;

  constructor(images: ImageStore) {
    this.#images = images;
    this.#draft = images.layers.begin(Number.MAX_SAFE_INTEGER, true);
  }

  /** @throws EngineError 400 for what is no tar */
  write(piece: ArrayBuffer): void {
    if (!this.#begun && piece.byteLength > 0) {
      this.#begun = true;
      const head = new Uint8Array(piece);
      const [packed] =
        COMPRESSED.find(([, magic]) => magic.every((byte, at) => head[at] === byte)) ?? [];
      if (packed !== undefined) {
        throw new EngineError(
          400,
          `the archive is compressed with ${packed}, which this sandbox does not unpack: decompress it first (gunzip -c FILE | docker import -)`,
        );
      }
    }
    this.#draft.extractor.write(piece);
  }

  /** Makes the image. */
  finish({ name, message, created, config }: ImportRequest): Image {
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
