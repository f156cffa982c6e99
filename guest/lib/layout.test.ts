import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { REF_NAME, indexSchema, manifestSchema } from './oci.ts';
import type { Descriptor } from './oci.ts';

const layout = join(import.meta.dirname, '..', '..', 'public', 'images');
const index = indexSchema.parse(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')));

const configSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.object({ created_by: z.string(), empty_layer: z.boolean().optional() })),
});

/** The bytes of a blob, whose digest and size must be those that the descriptor promises. */
function blob(descriptor: Descriptor, compressed = false): Buffer {
  const path = join(layout, 'blobs', 'sha256', descriptor.digest.slice('sha256:'.length));
  const bytes = compressed ? gunzipSync(readFileSync(`${path}.gz`)) : readFileSync(path);
  expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(descriptor.digest);
  expect(bytes.length).toBe(descriptor.size);
  return bytes;
}

test('the layout holds the images that the lessons start from', () => {
  const names = index.manifests.map((image) => image.annotations?.[REF_NAME]);
  expect(names).toEqual(
    expect.arrayContaining([
      'library/hello-world:latest',
      'library/busybox:latest',
      'library/busybox:1.37.0',
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
});

test.each(index.manifests.map((image) => [image.annotations?.[REF_NAME] ?? '', image] as const))(
  '%s: every digest and size holds, down to the layers',
  (_name, image) => {
    const platforms = indexSchema.parse(JSON.parse(blob(image).toString())).manifests;
    expect(platforms.map((platform) => platform.platform)).toEqual([
      { architecture: '386', os: 'linux' },
    ]);
    for (const platform of platforms) {
      const manifest = manifestSchema.parse(JSON.parse(blob(platform).toString()));
      const config = configSchema.parse(JSON.parse(blob(manifest.config).toString()));
      expect(config.rootfs.diff_ids).toEqual(manifest.layers.map((layer) => layer.digest));
      expect(config.history.filter((entry) => entry.empty_layer !== true)).toHaveLength(
        manifest.layers.length,
      );
      for (const layer of manifest.layers) expect(blob(layer, true).length % 512).toBe(0);
    }
  },
);
