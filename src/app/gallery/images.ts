import * as z from 'zod/mini';
import { pageRegistry } from '../state/boot.ts';
import type { Registry } from '../../registry/index.ts';

/** An image of the page's registry. */
export interface GalleryImage {
  /** As `docker pull` takes it. */
  readonly name: string;
  readonly tags: readonly string[];
  /** Bytes that a pull fetches when nothing of it is there, for the machine's platform. */
  readonly bytes: number;
}

const catalog = z.object({ repositories: z.array(z.string()) });
const tagList = z.object({ tags: z.nullable(z.array(z.string())) });
const descriptor = z.object({ digest: z.string(), size: z.int() });
const index = z.object({ manifests: z.array(descriptor) });
const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });

const ACCEPT =
  'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';

/** The images that the page brings along, by name. What somebody has pushed is in `docker`'s own lists. */
export async function bundledImages(): Promise<readonly GalleryImage[]> {
  const registry = await pageRegistry();
  const { repositories } = catalog.parse(await ask(registry, '_catalog'));
  const bundled = repositories.filter((name) => name.startsWith('library/'));
  const images = await Promise.all(bundled.map((repository) => read(registry, repository)));
  return images.sort((a, b) => a.name.localeCompare(b.name));
}

async function read(registry: Registry, repository: string): Promise<GalleryImage> {
  const { tags } = tagList.parse(await ask(registry, `${repository}/tags/list`));
  const found = await ask(registry, `${repository}/manifests/latest`);
  const list = index.safeParse(found);
  const first = list.success ? list.data.manifests[0]?.digest : undefined;
  const whole =
    first === undefined ? found : await ask(registry, `${repository}/manifests/${first}`);
  const { config, layers } = manifest.parse(whole);
  return {
    name: repository.slice('library/'.length),
    tags: [...(tags ?? [])].sort((a, b) => Number(b === 'latest') - Number(a === 'latest')),
    bytes: [config, ...layers].reduce((sum, { size }) => sum + size, 0),
  };
}

async function ask(registry: Registry, path: string): Promise<unknown> {
  const request = new Request(`http://registry/v2/${path}`, { headers: { accept: ACCEPT } });
  const response = await registry.fetch(request);
  if (!response.ok) throw new Error(`the registry answered ${String(response.status)} to ${path}`);
  return response.json();
}
