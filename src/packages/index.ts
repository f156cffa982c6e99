/**
 * Packages for what runs in containers, out of static files beside the page: an index of Python's wheels at
 * `/packages/pypi/simple/`, and repositories of other package managers as the files that they are.
 *
 * See it, in a container: `wget -qO- http://192.168.86.1/packages/pypi/simple/`.
 */
import type { Storage } from '../registry/storage/storage.ts';
import { readText } from '../registry/storage/storage.ts';
import { JSON_TYPE, catalogSchema, files, normalize, projects } from './simple.ts';
import type { Catalog } from './simple.ts';
import { PREFIX } from './site.ts';
import type { Site } from './site.ts';

const SIMPLE = /^pypi\/simple\/(?:([^/]+)\/)?$/;

/** @param storage the folder `packages`, made by guest/packages */
export function createPackages(storage: Storage): Site {
  let catalog: Promise<Catalog> | undefined;
  const read = (): Promise<Catalog> => {
    catalog ??= readCatalog(storage).catch((error: unknown) => {
      catalog = undefined;
      throw error;
    });
    return catalog;
  };
  return {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const path = decode(pathname.slice(PREFIX.length));
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return text(405, `${request.method} ${pathname}: packages can only be read`);
      }
      const simple = SIMPLE.exec(path);
      if (simple === null) {
        return (await file(storage, path)) ?? text(404, `${pathname}: there is no such package`);
      }
      const asJson = request.headers.get('accept')?.includes(JSON_TYPE) ?? false;
      const [, name] = simple;
      if (name === undefined) return projects(await read(), asJson);
      return files(await read(), normalize(name), asJson) ?? text(404, `no project "${name}" here`);
    },
  };
}

async function readCatalog(storage: Storage): Promise<Catalog> {
  const document = await readText(storage, 'pypi/index.json');
  if (document === null) throw new Error('the packages have no pypi/index.json: make them first');
  return catalogSchema.parse(JSON.parse(document));
}

async function file(storage: Storage, path: string): Promise<Response | null> {
  const found = await storage.read(path);
  if (found === null) return null;
  const headers = new Headers({ 'content-type': 'application/octet-stream' });
  if (found.size !== null) headers.set('content-length', String(found.size));
  return new Response(found.stream, { headers });
}

/** The path as it was before it became part of an address; as it is when it never was. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function text(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
}
