/**
 * Documents by digest: configurations and manifests of images, as `blobs/sha256/<hex>`.
 *
 * See it: `sha256sum /var/lib/docker/image/blobs/sha256/*` prints every name twice.
 */
import type { Sys } from '../sys/sys.ts';
import { hexOf } from './reference.ts';

export class BlobStore {
  readonly #sys: Sys;
  readonly #directory: string;

  /** `root` is `/var/lib/docker`. */
  constructor(sys: Sys, root: string) {
    this.#sys = sys;
    this.#directory = `${root}/image/blobs/sha256`;
    sys.mkdir(this.#directory, 0o700, true);
  }

  /** Throws ENOENT when it is not here. */
  read(digest: string): string {
    return this.#sys.readText(this.#path(digest));
  }

  /** Returns the digest. */
  write(text: string): string {
    const data = this.#sys.encode(text);
    const hash = this.#sys.sha256();
    hash.update(data);
    const digest = `sha256:${hash.hex()}`;
    this.#sys.writeAtomic(this.#path(digest), data, 0o600);
    return digest;
  }

  /** Nothing there is success. */
  remove(digest: string): void {
    const path = this.#path(digest);
    if (this.#sys.lstat(path) !== null) this.#sys.unlink(path);
  }

  /** Digests of all. */
  list(): string[] {
    return this.#sys.readdir(this.#directory).map((entry) => `sha256:${entry.name}`);
  }

  #path(digest: string): string {
    return `${this.#directory}/${hexOf(digest)}`;
  }
}
