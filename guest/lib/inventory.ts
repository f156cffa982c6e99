import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { REF_NAME, indexSchema, manifestSchema } from './oci.ts';
import type { Descriptor } from './oci.ts';
import { recipeSchema } from './recipe.ts';
import { findSource } from './sources.ts';

/** What a file is made of (names in guest/sources.json) and by which recipe. */
export interface Origin {
  readonly sources: readonly string[];
  readonly recipe: string;
}

const ENGINE = ['ship-in-a-bottle', 'busybox', 'quickjs', 'musl', 'libgcc'] as const;

/** Origin of each file of public/kernels, by name. */
export const KERNEL_ORIGINS: Readonly<Record<string, Origin>> = {
  bzImage: { sources: ['linux'], recipe: 'guest/kernel/build.sh' },
  'seabios.bin': { sources: ['seabios'], recipe: 'guest/kernel/bios.sh' },
  'vgabios.bin': { sources: ['seabios'], recipe: 'guest/kernel/bios.sh' },
  'base.cpio.gz': { sources: ENGINE, recipe: 'guest/base/build.sh' },
};

/** Reference → recipe folder and sources, for every recipe in guest/images. */
function recipesByReference(project: string): Map<string, Origin> {
  const folder = join(project, 'guest', 'images');
  const origins = new Map<string, Origin>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name, 'image.json');
    if (!existsSync(path)) continue;
    const recipe = recipeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const origin = { sources: recipe.sources, recipe: `guest/images/${name}` };
    for (const tag of recipe.tags) origins.set(`${recipe.name}:${tag}`, origin);
  }
  return origins;
}

/**
 * Origin of each file of public/images, by path: every blob an image of the index reaches has that
 * image's origin.
 *
 * @throws Error when the index names an image without a recipe, or a blob is missing.
 */
export function imageOrigins(project: string): Map<string, Origin> {
  const layout = join(project, 'public', 'images');
  const recipes = recipesByReference(project);
  const own: Origin = { sources: ['ship-in-a-bottle'], recipe: 'guest/images/build.ts' };
  const origins = new Map<string, Origin>([
    ['oci-layout', own],
    ['index.json', own],
  ]);
  const pathOf = (descriptor: Descriptor): string =>
    `blobs/sha256/${descriptor.digest.replace('sha256:', '')}`;
  const read = (descriptor: Descriptor): unknown =>
    JSON.parse(readFileSync(join(layout, pathOf(descriptor)), 'utf8'));
  const index = indexSchema.parse(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')));
  for (const image of index.manifests) {
    const reference = image.annotations?.[REF_NAME] ?? '';
    const origin = recipes.get(reference);
    if (origin === undefined) {
      throw new Error(
        `public/images/index.json names "${reference}", but no recipe in guest/images makes it`,
      );
    }
    origins.set(pathOf(image), origin);
    for (const platform of indexSchema.parse(read(image)).manifests) {
      origins.set(pathOf(platform), origin);
      const manifest = manifestSchema.parse(read(platform));
      origins.set(pathOf(manifest.config), origin);
      for (const layer of manifest.layers) origins.set(`${pathOf(layer)}.gz`, origin);
    }
  }
  return origins;
}

/**
 * Origin of each file of public/packages, by path: a wheel or a package is its project's, in the version that
 * guest/sources.json names, and the lists of them are ours.
 *
 * @throws Error for a file whose project has no source.
 */
export function packageOrigins(project: string): Map<string, Origin> {
  const folder = join(project, 'public', 'packages');
  const origins = new Map<string, Origin>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [area = '', , file] = path.split(sep);
    const recipe = `guest/packages/${area}/build.sh`;
    const wheel = /^(\w+)-[^-]+-.*\.whl$/.exec(file ?? '');
    const deb = /^([^_]+)_.*\.deb$/.exec(file ?? '');
    const source = wheel ? sourceOfProject(wheel[1] ?? '') : (deb?.[1] ?? 'ship-in-a-bottle');
    origins.set(path.split(sep).join('/'), { sources: [source], recipe });
  }
  return origins;
}

/** The name in guest/sources.json of what a wheel was made of. */
function sourceOfProject(project: string): string {
  const name = project.replaceAll('_', '-');
  const found = findSource(({ package: from }) => from === name || from === `python3-${name}`);
  if (found === undefined) throw new Error(`guest/sources.json has no project "${name}"; add it`);
  return found;
}
