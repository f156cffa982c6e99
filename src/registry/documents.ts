/** The JSON documents of an image layout, as far as the registry reads them (OCI image-spec). */
import { z } from 'zod';
import { isDigest } from './names.ts';

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest, 'not a digest'),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** `index.json` of the layout, and every image index in it. */
export const indexDocument = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptor),
});

/** A manifest, or an index: whatever may lie under a manifest's digest. */
export const manifestDocument = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
  subject: descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.infer<typeof descriptor>;
export type ManifestDocument = z.infer<typeof manifestDocument>;

/** The annotation that names an entry of `index.json`: `library/busybox:latest`. */
export const REF_NAME = 'org.opencontainers.image.ref.name';

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

const MANIFEST_TYPES = new Set([
  INDEX_TYPE,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.has(mediaType);
}
