import { pageRegistry } from '../state/boot.ts';
import { catalogList, tagList } from './shapes.ts';

/** What Docker's short names stand for. */
const LIBRARY = /^library\//;

/** Every name and tag that the page's registry holds, as `docker pull` takes them, sorted. */
export async function heldBy(): Promise<string[]> {
  const registry = await pageRegistry();
  const ask = async (path: string): Promise<unknown> => {
    const response = await registry.fetch(new Request(new URL(path, 'http://registry/')));
    if (!response.ok)
      throw new Error(`the registry answered ${String(response.status)} to ${path}`);
    return response.json();
  };
  const { repositories } = catalogList.parse(await ask('/v2/_catalog'));
  const names = await Promise.all(
    repositories.map(async (repository) => {
      const { tags } = tagList.parse(await ask(`/v2/${repository}/tags/list`));
      return (tags ?? []).map((tag) => `${repository.replace(LIBRARY, '')}:${tag}`);
    }),
  );
  return names.flat().sort();
}
