/** Who pushes in tests: a registry that can be written to, what it keeps, and what is pushed to it. */
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Registry } from './application.ts';
import { FixtureLayout, MANIFEST_TYPE } from './layout.fixture.ts';
import { createRegistry } from './registry.ts';
import type { RegistryOptions } from './registry.ts';
import { memoryStorage, memoryStore } from './storage/memory.ts';

/** The blobs of the image that the tests push. */
export const CONFIG = new TextEncoder().encode('{"architecture":"386","os":"linux"}');
export const LAYER = new Uint8Array(randomBytes(200_000));

export class Pusher {
  /** What was pushed, as it lies in the store. */
  readonly files = new Map<string, Uint8Array>();
  /** The images that are bundled. */
  readonly layout = new FixtureLayout();
  registry: Registry;

  constructor(options: Pick<RegistryOptions, 'access'> = {}) {
    this.registry = createRegistry({
      storage: memoryStorage(this.layout.files),
      store: memoryStore(this.files),
      ...options,
    });
  }

  ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return this.registry.fetch(new Request(new URL(path, 'http://registry'), { method, ...init }));
  }

  /** Begins an upload; where it goes on. */
  async begin(name = 'alice/app'): Promise<string> {
    const response = await this.ask('POST', `/v2/${name}/blobs/uploads/`);
    expect(response.status).toBe(202);
    return response.headers.get('location') ?? '';
  }

  async pushBlob(bytes: Uint8Array<ArrayBuffer>, name = 'alice/app'): Promise<void> {
    const path = `/v2/${name}/blobs/uploads/?digest=${digestOf(bytes)}`;
    expect((await this.ask('POST', path, { body: bytes })).status).toBe(201);
  }

  putManifest(reference: string, text: string, name = 'alice/app'): Promise<Response> {
    return this.ask('PUT', `/v2/${name}/manifests/${reference}`, {
      body: text,
      headers: { 'Content-Type': MANIFEST_TYPE },
    });
  }

  /** Pushes an image with everything that it needs; its digest. */
  async pushImage(name = 'alice/app', tag = 'v1', text = manifest()): Promise<string> {
    await this.pushBlob(CONFIG, name);
    await this.pushBlob(LAYER, name);
    const response = await this.putManifest(tag, text, name);
    expect(response.status).toBe(201);
    return response.headers.get('docker-content-digest') ?? '';
  }
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function descriptor(bytes: Uint8Array): { mediaType: string; digest: string; size: number } {
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: digestOf(bytes),
    size: bytes.byteLength,
  };
}

/** The image's manifest, with fields that are other or more. */
export function manifest(more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { ...descriptor(CONFIG), mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [descriptor(LAYER)],
    ...more,
  });
}
