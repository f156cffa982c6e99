/**
 * The parts of the OCI image specification 1.1 that the recipes write: config.md, manifest.md,
 * image-index.md and image-layout.md of opencontainers/image-spec.
 */
import { z } from 'zod';

export const MEDIA_TYPE = {
  layer: 'application/vnd.oci.image.layer.v1.tar',
  config: 'application/vnd.oci.image.config.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

/** The annotation by which a layout's index.json names an image. */
export const REF_NAME = 'org.opencontainers.image.ref.name';

export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  platform: z
    .object({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;

export const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MEDIA_TYPE.index),
  manifests: z.array(descriptorSchema),
});

export type Index = z.infer<typeof indexSchema>;

export const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MEDIA_TYPE.manifest),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
