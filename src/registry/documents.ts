/** The JSON documents of an image layout, as far as the registry reads them (OCI image-spec). */
// The small face of zod: pages carry this code.
import * as z from 'zod/mini';
import { isDigest } from './names.ts';

const annotations = z.optional(z.record(z.string(), z.string()));

/** A descriptor (image-spec descriptor.md), as far as a registry needs it. */
export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().check(z.refine(isDigest, 'not a digest')),
  size: z.number().check(z.int(), z.nonnegative()),
  artifactType: z.optional(z.string()),
  annotations,
});

/** `index.json` of the layout, and every image index in it. */
export const indexDocument = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.optional(z.string()),
  manifests: z.array(descriptorSchema),
});

/** A manifest, or an index: whatever may lie under a manifest's digest. */
export const manifestDocument = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.optional(z.string()),
  artifactType: z.optional(z.string()),
  config: z.optional(descriptorSchema),
  layers: z.optional(z.array(descriptorSchema)),
  manifests: z.optional(z.array(descriptorSchema)),
  subject: z.optional(descriptorSchema),
  annotations,
});

export type Descriptor = z.infer<typeof descriptorSchema>;
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

/** Where a store keeps what a digest names (image-spec image-layout.md). */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
