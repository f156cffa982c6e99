/**
 * `npm run kernels -- --verify` checks that every file under public/ is listed in its manifest and has
 * the listed bytes; `--write` writes the manifests anew after a recipe ran.
 * Exit status: 0 when everything matches, 1 otherwise, 2 for wrong usage.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { KERNEL_ORIGINS, imageOrigins } from './lib/inventory.ts';
import type { Origin } from './lib/inventory.ts';
import { manifestFileSchema } from './lib/manifest.ts';
import type { Artifact, ManifestFile } from './lib/manifest.ts';
import { sourcesOf } from './lib/sources.ts';

const project = join(import.meta.dirname, '..');
const publicFolder = join(project, 'public');
/** The folders of public/ that have a manifest; nothing may lie outside of them. */
const FOLDERS = ['kernels', 'images'] as const;
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

function originsOf(folder: (typeof FOLDERS)[number]): ReadonlyMap<string, Origin> {
  return folder === 'kernels' ? new Map(Object.entries(KERNEL_ORIGINS)) : imageOrigins(project);
}

function describe(folder: (typeof FOLDERS)[number]): ManifestFile {
  const origins = originsOf(folder);
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
function complaints(folder: (typeof FOLDERS)[number]): string[] {
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

const mode = process.argv[2];
if (process.argv.length !== 3 || (mode !== '--verify' && mode !== '--write')) {
  console.error('usage: npm run kernels -- --verify | --write');
  process.exit(2);
}
if (mode === '--write') {
  for (const folder of FOLDERS) {
    const manifest = describe(folder);
    writeFileSync(join(publicFolder, folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    console.log(`public/${folder}/${MANIFEST}: ${String(manifest.files.length)} files`);
  }
} else {
  const strays = filesBelow(publicFolder)
    .filter((path) => !FOLDERS.some((folder) => path.startsWith(`${folder}/`)))
    .map(
      (path) =>
        `public/${path} lies in no folder that has a manifest (${FOLDERS.join(', ')}); move or remove it`,
    );
  const wrong = [...strays, ...FOLDERS.flatMap(complaints)];
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) process.exit(1);
  console.log(`every file under public/ is listed and matches`);
}
