/**
 * The list of what is committed under public/, one manifest a folder: what each file is, where it came
 * from, under which licence, and the recipe that makes it again.
 */
import { z } from 'zod';
import { sourceSchema } from './sources.ts';

const artifactSchema = z.strictObject({
  /** Relative to the manifest's folder, with slashes. */
  path: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  /** SPDX expressions of the sources, joined by AND. */
  licence: z.string().min(1),
  sources: z.array(sourceSchema).min(1),
  /** The script that makes the file, relative to the project. */
  recipe: z.string().min(1),
});

export type Artifact = z.infer<typeof artifactSchema>;

export const manifestFileSchema = z.strictObject({
  files: z.array(artifactSchema),
});

export type ManifestFile = z.infer<typeof manifestFileSchema>;
