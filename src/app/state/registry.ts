import { withPackages } from '../../packages/site.ts';
import type { Site } from '../../packages/site.ts';
import { createReader, untilPushed } from '../../registry/reader.ts';
import type { Registry } from '../../registry/index.ts';
import { httpStorage } from '../../registry/storage/http.ts';

/** Says in the browser's storage that something was pushed from this page once. */
const MARK = 'bottle.pushed';

/**
 * The page's registry: the images beside the page, and what was pushed from any tab of it. The code that
 * takes pushes, and the browser's database, come with the first push; that for packages with the first package.
 */
export function registry(): Registry {
  const storage = httpStorage(new URL('images/', document.baseURI));
  const load = async (): Promise<Registry> => {
    const [{ createRegistry }, { indexedDbStore }, { memoryStore }] = await Promise.all([
      import('../../registry/registry.ts'),
      import('../../registry/storage/indexed-db.ts'),
      import('../../registry/storage/memory.ts'),
    ]);
    // A browser that keeps nothing still lets one push and pull until the tab closes.
    const store = await indexedDbStore().catch(() => memoryStore());
    remember();
    return createRegistry({ storage, store, access: 'users' });
  };
  return withPackages(untilPushed(createReader(storage), load, isRemembered()), packages);
}

async function packages(): Promise<Site> {
  const { createPackages } = await import('../../packages/index.ts');
  return createPackages(httpStorage(new URL('packages/', document.baseURI)));
}

function remember(): void {
  try {
    localStorage.setItem(MARK, '1');
  } catch {
    // Storage is blocked; then nothing was kept either.
  }
}

function isRemembered(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}
