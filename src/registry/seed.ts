/** Puts the images of one layout on disk into another: `npm run registry -- --store DIR --seed`. */
import { copyFile, mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REF_NAME, indexDocument } from './documents.ts';
import type { Descriptor } from './documents.ts';

const LAYOUT = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/** Names that `to` has already keep their meaning. Returns how many images came. */
export async function seed(from: string, to: string): Promise<number> {
  const wanted = await readIndex(from);
  if (wanted === null) throw new Error(`${from} holds no images (no index.json): build them first`);
  const blobs = join('blobs', 'sha256');
  await mkdir(join(to, blobs), { recursive: true });
  for (const name of await readdir(join(from, blobs))) {
    const target = join(to, blobs, name);
    if ((await stat(target).catch(() => null)) === null)
      await copyWhole(join(from, blobs, name), target);
  }
  const there = (await readIndex(to)) ?? [];
  const names = new Set(there.map(nameOf));
  const coming = wanted.filter((entry) => !names.has(nameOf(entry)));
  await writeWhole(join(to, 'oci-layout'), LAYOUT);
  const manifests = [...there, ...coming];
  await writeWhole(join(to, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return coming.length;
}

function nameOf(entry: Descriptor): string {
  return entry.annotations?.[REF_NAME] ?? entry.digest;
}

async function readIndex(directory: string): Promise<readonly Descriptor[] | null> {
  const path = join(directory, 'index.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : indexDocument.parse(JSON.parse(text)).manifests;
}

/** A reader never meets half a file. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
