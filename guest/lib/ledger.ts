/** Compares public/ with its manifests, and writes them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { KERNEL_ORIGINS, imageOrigins, packageOrigins } from './inventory.ts';
import type { Origin } from './inventory.ts';
import { manifestFileSchema } from './manifest.ts';
import type { Artifact, ManifestFile } from './manifest.ts';
import { sourcesOf } from './sources.ts';

/** The folders of public/ that have a manifest. */
const FOLDERS = ['kernels', 'images', 'packages'] as const;

/** The one beside them, of pages that people write; nothing may lie outside of these. */
const PAGES = 'demo';
type Folder = (typeof FOLDERS)[number];
const MANIFEST = 'manifest.json';

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .sort();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function originsOf(project: string, folder: Folder): ReadonlyMap<string, Origin> {
  if (folder === 'kernels') return new Map(Object.entries(KERNEL_ORIGINS));
  return folder === 'images' ? imageOrigins(project) : packageOrigins(project);
}

function describe(project: string, folder: Folder): ManifestFile {
  const publicFolder = join(project, 'public');
  const origins = originsOf(project, folder);
  const files = filesBelow(join(publicFolder, folder)).filter((path) => path !== MANIFEST);
  return {
    files: files.map((path): Artifact => {
      const origin = origins.get(path);
      if (origin === undefined) {
        throw new Error(
          `public/${folder}/${path}: no recipe is known to make it; remove it, or name its origin in guest/lib/inventory.ts`,
        );
      }
      const bytes = readFileSync(join(publicFolder, folder, path));
      const sources = sourcesOf(origin.sources);
      const licence = [...new Set(sources.map((source) => source.licence))].join(' AND ');
      return {
        path,
        sha256: sha256(bytes),
        bytes: bytes.length,
        licence,
        sources,
        recipe: origin.recipe,
      };
    }),
  };
}

/** Compares one folder with its manifest; a sentence for each thing wrong. */
function complaints(project: string, folder: Folder): string[] {
  const publicFolder = join(project, 'public');
  const manifestPath = join(publicFolder, folder, MANIFEST);
  const shown = relative(project, manifestPath);
  if (!existsSync(manifestPath))
    return [`${shown} is missing; write it with: npm run kernels -- --write`];
  const parsed = manifestFileSchema.safeParse(JSON.parse(readFileSync(manifestPath, 'utf8')));
  if (!parsed.success)
    return [
      `${shown} is not a manifest: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    ];

  const wrong: string[] = [];
  const present = new Set(
    filesBelow(join(publicFolder, folder)).filter((path) => path !== MANIFEST),
  );
  for (const artifact of parsed.data.files) {
    const name = `public/${folder}/${artifact.path}`;
    if (!present.delete(artifact.path)) {
      wrong.push(`${name} is listed but missing; make it with ${artifact.recipe}`);
      continue;
    }
    const bytes = readFileSync(join(publicFolder, folder, artifact.path));
    if (bytes.length !== artifact.bytes) {
      wrong.push(
        `${name} has ${String(bytes.length)} bytes, its manifest says ${String(artifact.bytes)}; restore it, or make it with ${artifact.recipe}`,
      );
    } else if (sha256(bytes) !== artifact.sha256) {
      wrong.push(
        `${name} has sha256 ${sha256(bytes)}, its manifest says ${artifact.sha256}; restore it, or make it with ${artifact.recipe}`,
      );
    }
    const layer = /^blobs\/sha256\/([0-9a-f]{64})\.gz$/.exec(artifact.path);
    if (layer !== null && sha256(gunzipSync(bytes)) !== layer[1]) {
      wrong.push(
        `${name} does not decompress to the digest in its name; make it with ${artifact.recipe}`,
      );
    }
  }
  for (const path of present) {
    wrong.push(
      `public/${folder}/${path} is not listed in ${shown}; remove it, or list it with: npm run kernels -- --write`,
    );
  }
  return wrong;
}

/**
 * Writes the manifests of everything under public/ anew; how many files each lists, by its path.
 *
 * @throws Error for a file that no recipe makes.
 */
export function writeManifests(project: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const folder of FOLDERS) {
    const manifest = describe(project, folder);
    const path = `public/${folder}/${MANIFEST}`;
    writeFileSync(join(project, path), `${JSON.stringify(manifest, null, 2)}\n`);
    counts.set(path, manifest.files.length);
  }
  return counts;
}

/** Checks that every file under public/ is listed and has the listed bytes; a sentence for each thing wrong. */
export function verifyPublic(project: string): string[] {
  const strays = filesBelow(join(project, 'public'))
    .filter((path) => ![...FOLDERS, PAGES].some((folder) => path.startsWith(`${folder}/`)))
    .map(
      (path) =>
        `public/${path} lies in no folder that has a manifest (${FOLDERS.join(', ')}); move or remove it`,
    );
  return [...strays, ...FOLDERS.flatMap((folder) => complaints(project, folder))];
}
