/**
 * Builds the bundled images: `tsx guest/images/build.ts [NAME…]` (all of them without a name).
 *
 * The result is one OCI image layout, public/images, with a difference: a layer is stored as
 * `blobs/sha256/<digest>.gz`, where the digest is that of the uncompressed tar that the manifest
 * names. The registry hands it out under its digest and lets the browser decompress it, because
 * inside the guest that is slow.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../lib/entry.ts';
import { MEDIA_TYPE, REF_NAME, indexSchema, manifestSchema } from '../lib/oci.ts';
import type { Descriptor, Index } from '../lib/oci.ts';
import { recipeSchema } from '../lib/recipe.ts';
import type { Recipe } from '../lib/recipe.ts';
import { writeTar } from '../lib/tar.ts';
import { readTree } from '../lib/tree.ts';

/** Creation time of every image: the day that entry.ts gives to every file. */
const CREATED = '2026-01-01T00:00:00Z';
const PLATFORM = { architecture: '386', os: 'linux' } as const;

const recipes = import.meta.dirname;
const layout = join(recipes, '..', '..', 'public', 'images');
const blobs = join(layout, 'blobs', 'sha256');

function hexDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: `sha256:${hexDigest(bytes)}`, size: bytes.length };
}

function writeJsonBlob(mediaType: string, document: unknown): Descriptor {
  const bytes = Buffer.from(JSON.stringify(document));
  writeFileSync(join(blobs, hexDigest(bytes)), bytes);
  return descriptorOf(mediaType, bytes);
}

/** The external gzip, whose output does not depend on the version of Node. */
function writeLayerBlob(tar: Uint8Array): Descriptor {
  const compressed = execFileSync('gzip', ['-9', '-n', '-c'], { input: tar, maxBuffer: 2 ** 30 });
  writeFileSync(join(blobs, `${hexDigest(tar)}.gz`), compressed);
  return descriptorOf(MEDIA_TYPE.layer, tar);
}

function withOwners(entries: readonly Entry[], owners: Readonly<Record<string, string>>): Entry[] {
  const rules = Object.entries(owners).map(([path, owner]) => {
    const [uid = 0, gid = 0] = owner.split(':').map(Number);
    return { path, uid, gid };
  });
  return entries.map((entry) => {
    const rule = rules.findLast(
      ({ path }) => entry.path === path || entry.path.startsWith(`${path}/`),
    );
    return rule === undefined ? entry : { ...entry, uid: rule.uid, gid: rule.gid };
  });
}

/** What `docker history` shows: one line a layer, then one for each instruction that made no layer. */
function historyOf(recipe: Recipe): object[] {
  const { config } = recipe;
  const instructions = [
    ...(config.Env ?? []).map((variable) => `ENV ${variable}`),
    ...(config.WorkingDir === undefined ? [] : [`WORKDIR ${config.WorkingDir}`]),
    ...(config.User === undefined ? [] : [`USER ${config.User}`]),
    ...Object.keys(config.Volumes ?? {}).map((path) => `VOLUME ${path}`),
    ...Object.keys(config.ExposedPorts ?? {}).map((port) => `EXPOSE ${port}`),
    ...(config.StopSignal === undefined ? [] : [`STOPSIGNAL ${config.StopSignal}`]),
    ...(config.Entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(config.Entrypoint)}`]),
    ...(config.Cmd === undefined ? [] : [`CMD ${JSON.stringify(config.Cmd)}`]),
  ];
  return [
    ...recipe.layers.map((layer) => ({ created: CREATED, created_by: layer.createdBy })),
    ...instructions.map((instruction) => ({
      created: CREATED,
      created_by: instruction,
      empty_layer: true,
    })),
  ];
}

/** Builds one image; the descriptor of its index, which every tag names. */
function buildImage(recipe: Recipe, script: string): Descriptor {
  const work = mkdtempSync(join(tmpdir(), 'bottle-image-'));
  try {
    execFileSync(script, [work], { stdio: ['ignore', 'inherit', 'inherit'] });
    const layers = recipe.layers.map((layer) =>
      writeLayerBlob(writeTar(withOwners(readTree(join(work, layer.folder)), layer.owners ?? {}))),
    );
    const config = writeJsonBlob(MEDIA_TYPE.config, {
      created: CREATED,
      ...PLATFORM,
      config: recipe.config,
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
      history: historyOf(recipe),
    });
    const manifest = writeJsonBlob(MEDIA_TYPE.manifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.manifest,
      config,
      layers,
    });
    return writeJsonBlob(MEDIA_TYPE.index, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.index,
      manifests: [{ ...manifest, platform: PLATFORM }],
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The recipe in a folder of guest/images. */
function readRecipe(folder: string): Recipe {
  return recipeSchema.parse(JSON.parse(readFileSync(join(recipes, folder, 'image.json'), 'utf8')));
}

function referencesOf(recipe: Recipe): string[] {
  return recipe.tags.map((tag) => `${recipe.name}:${tag}`);
}

function readIndex(): Index {
  const path = join(layout, 'index.json');
  if (!existsSync(path)) return { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [] };
  return indexSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Removes the blobs that no image of the index reaches any more. */
function collectGarbage(index: Index): void {
  const wanted = new Set<string>();
  const hex = (descriptor: Descriptor): string => descriptor.digest.replace('sha256:', '');
  const readBlob = (descriptor: Descriptor): unknown =>
    JSON.parse(readFileSync(join(blobs, hex(descriptor)), 'utf8'));
  for (const image of index.manifests) {
    wanted.add(hex(image));
    for (const platform of indexSchema.parse(readBlob(image)).manifests) {
      wanted.add(hex(platform));
      const manifest = manifestSchema.parse(readBlob(platform));
      wanted.add(hex(manifest.config));
      for (const layer of manifest.layers) wanted.add(`${hex(layer)}.gz`);
    }
  }
  for (const name of readdirSync(blobs)) if (!wanted.has(name)) rmSync(join(blobs, name));
}

const available = readdirSync(recipes).filter((name) =>
  existsSync(join(recipes, name, 'image.json')),
);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(
    `no recipe for ${unknown.join(', ')} in guest/images; there are: ${available.join(', ')}`,
  );
  process.exit(2);
}
mkdirSync(blobs, { recursive: true });
const tagged = new Map(
  readIndex().manifests.map((entry) => [entry.annotations?.[REF_NAME] ?? '', entry]),
);
for (const name of asked.length > 0 ? asked : available) {
  const recipe = readRecipe(name);
  const image = buildImage(recipe, join(recipes, name, 'build.sh'));
  for (const reference of referencesOf(recipe)) {
    tagged.set(reference, { ...image, annotations: { [REF_NAME]: reference } });
  }
  console.log(`${name}: ${image.digest}`);
}
// Tags that a recipe gave once and gives no more
const wanted = new Set(available.flatMap((name) => referencesOf(readRecipe(name))));
for (const reference of tagged.keys()) if (!wanted.has(reference)) tagged.delete(reference);
const index: Index = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.index,
  manifests: [...tagged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
};
writeFileSync(join(layout, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
writeFileSync(join(layout, 'oci-layout'), `${JSON.stringify({ imageLayoutVersion: '1.0.0' })}\n`);
collectGarbage(index);
