/** An image layout in memory, for tests: layers compressed, as the bundled images lie on disk. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { INDEX_TYPE, REF_NAME } from './documents.ts';
import { createRegistry } from './registry.ts';
import { memoryStorage } from './storage/memory.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export class FixtureLayout {
  readonly files = new Map<string, Uint8Array>();
  readonly #entries: (Descriptor & { annotations: Record<string, string> })[] = [];

  constructor() {
    this.#writeIndex();
  }

  /** Adds an image with one layer under several tags; returns its digests. */
  add(
    name: string,
    tags: readonly string[],
    layer: Uint8Array,
  ): { index: string; manifest: string; config: string; layer: string } {
    const layerBlob = this.#put(LAYER_TYPE, layer, 'gzip');
    const diffs = { type: 'layers', diff_ids: [layerBlob.digest] };
    const config = this.json(CONFIG_TYPE, { architecture: '386', os: 'linux', rootfs: diffs });
    const manifest = this.json(MANIFEST_TYPE, {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config,
      layers: [layerBlob],
    });
    const index = this.json(INDEX_TYPE, {
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: [{ ...manifest, platform: { os: 'linux', architecture: '386' } }],
    });
    for (const tag of tags) this.name(index, `${name}:${tag}`);
    return {
      index: index.digest,
      manifest: manifest.digest,
      config: config.digest,
      layer: layerBlob.digest,
    };
  }

  /** Puts a JSON document into the store. */
  json(mediaType: string, document: unknown): Descriptor {
    return this.#put(mediaType, new TextEncoder().encode(JSON.stringify(document)), 'plain');
  }

  /** Gives a name in `index.json`. */
  name(descriptor: Descriptor, name: string): void {
    this.#entries.push({ ...descriptor, annotations: { [REF_NAME]: name } });
    this.#writeIndex();
  }

  /** What a registry that serves it answers. */
  ask(path: string, init?: RequestInit): Promise<Response> {
    const registry = createRegistry({ storage: memoryStorage(this.files) });
    return registry.fetch(new Request(`http://registry${path}`, init));
  }

  #put(mediaType: string, content: Uint8Array, how: 'gzip' | 'plain'): Descriptor {
    const hex = createHash('sha256').update(content).digest('hex');
    const path = `blobs/sha256/${hex}`;
    if (how === 'gzip') this.files.set(`${path}.gz`, gzipSync(content));
    else this.files.set(path, content);
    return { mediaType, digest: `sha256:${hex}`, size: content.byteLength };
  }

  #writeIndex(): void {
    const text = JSON.stringify({ schemaVersion: 2, manifests: this.#entries });
    this.files.set('index.json', new TextEncoder().encode(text));
  }
}
