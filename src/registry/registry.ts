/**
 * A registry, pull side (OCI Distribution specification 1.1): requests in, responses out, knowing
 * neither of sockets nor of browsers nor of emulators.
 */
// The smallest router: there are six routes.
import { Hono } from 'hono/tiny';
import type { Context } from 'hono';
import { INDEX_TYPE, isManifestType } from './documents.ts';
import type { Descriptor } from './documents.ts';
import { RegistryError } from './errors.ts';
import { Layout, referrersIndex } from './layout.ts';
import type { Repository } from './layout.ts';
import { isDigest, isName, isTag } from './names.ts';
import { paginate } from './pages.ts';
import { parseRange, slice } from './range.ts';
import type { Storage } from './storage/storage.ts';

export interface RegistryOptions {
  readonly storage: Storage;
}

export interface Registry {
  /** Answers every request; errors of the store become a 500 in the specification's form. */
  fetch(request: Request): Promise<Response>;
}

/** Makes a registry over a store. */
export function createRegistry({ storage }: RegistryOptions): Registry {
  const layout = new Layout(storage);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Docker-Distribution-Api-Version', 'registry/2.0');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  app.get('/v2/', (context) => context.json({}));
  app.get('/v2', (context) => context.json({}));
  app.get('/v2/_catalog', (context) => catalog(layout, context));
  app.get('/v2/:name{.+}/tags/list', (context) => tags(layout, context));
  app.get('/v2/:name{.+}/manifests/:reference', (context) => manifest(layout, context));
  app.get('/v2/:name{.+}/blobs/:digest', (context) => blob(layout, context));
  app.get('/v2/:name{.+}/referrers/:digest', (context) => referrers(layout, context));
  app.notFound((context) => {
    const { method, path } = context.req;
    const reading = method === 'GET' || method === 'HEAD';
    if (!reading && path.startsWith('/v2/')) {
      const sentence = 'this registry can be read only: nothing can be pushed to it or deleted';
      return new RegistryError('UNSUPPORTED', sentence, { method }).response();
    }
    return context.json(
      { errors: [{ code: 'UNSUPPORTED', message: 'no such endpoint', detail: { path } }] },
      404,
    );
  });
  app.onError((error) => {
    if (error instanceof RegistryError) return error.response();
    return new RegistryError('UNKNOWN', `the image store failed: ${error.message}`).response();
  });
  return { fetch: async (request) => app.fetch(request) };
}

async function catalog(layout: Layout, context: Context): Promise<Response> {
  const page = paginate([...(await layout.repositories()).keys()], context.req.url);
  return Response.json({ repositories: page.items }, { headers: page.headers });
}

async function tags(layout: Layout, context: Context): Promise<Response> {
  const repository = await openRepository(layout, context);
  const page = paginate([...repository.tags.keys()], context.req.url);
  return Response.json({ name: repository.name, tags: page.items }, { headers: page.headers });
}

async function manifest(layout: Layout, context: Context): Promise<Response> {
  const repository = await openRepository(layout, context);
  const reference = context.req.param('reference') ?? '';
  const descriptor = await findManifest(layout, repository, reference);
  const unacceptable = refuse(context.req.header('accept'), descriptor.mediaType);
  if (unacceptable !== null) throw unacceptable;
  const { text } = await layout.manifest(descriptor);
  const body = new TextEncoder().encode(text);
  return answer(context, descriptor, body.byteLength, async () => new Blob([body]).stream());
}

async function findManifest(
  layout: Layout,
  repository: Repository,
  reference: string,
): Promise<Descriptor> {
  const detail = { name: repository.name, reference };
  if (reference.includes(':')) {
    checkDigest(reference);
    const found = await layout.find(repository, reference);
    if (found !== null && isManifestType(found.mediaType)) return found;
    throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', detail);
  }
  const found = isTag(reference) ? repository.tags.get(reference) : undefined;
  if (found === undefined) throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', detail);
  return found;
}

async function blob(layout: Layout, context: Context): Promise<Response> {
  const repository = await openRepository(layout, context);
  const digest = context.req.param('digest') ?? '';
  checkDigest(digest);
  const descriptor = await layout.find(repository, digest);
  if (descriptor === null) {
    throw new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', {
      name: repository.name,
      digest,
    });
  }
  const content = { ...descriptor, mediaType: 'application/octet-stream' };
  return answer(context, content, descriptor.size, () => layout.content(descriptor));
}

async function referrers(layout: Layout, context: Context): Promise<Response> {
  const repository = await openRepository(layout, context);
  const digest = context.req.param('digest') ?? '';
  checkDigest(digest);
  const wanted = context.req.query('artifactType');
  const all = await layout.referrers(repository, digest);
  const some = wanted === undefined ? all : all.filter((one) => one.artifactType === wanted);
  const filtered = wanted === undefined ? {} : { 'OCI-Filters-Applied': 'artifactType' };
  return new Response(referrersIndex(some), {
    headers: { 'Content-Type': INDEX_TYPE, ...filtered },
  });
}

/** Content that has a digest: conditional, in part or whole, with or without a body. */
async function answer(
  context: Context,
  descriptor: Descriptor,
  size: number,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Promise<Response> {
  const etag = `"${descriptor.digest}"`;
  const headers = new Headers({
    'Docker-Content-Digest': descriptor.digest,
    ETag: etag,
    'Accept-Ranges': 'bytes',
  });
  if (matches(context.req.header('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set('Content-Type', descriptor.mediaType);
  const ifRange = context.req.header('if-range');
  const asked = ifRange === undefined || ifRange === etag ? context.req.header('range') : undefined;
  const range = parseRange(asked ?? null, size);
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const length = range === 'whole' ? size : range.end - range.start + 1;
  headers.set('Content-Length', String(length));
  const status = range === 'whole' ? 200 : 206;
  if (range !== 'whole') {
    headers.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  if (context.req.method === 'HEAD') return new Response(null, { status, headers });
  const stream = await open();
  return new Response(range === 'whole' ? stream : slice(stream, range), { status, headers });
}

async function openRepository(layout: Layout, context: Context): Promise<Repository> {
  const name = context.req.param('name') ?? '';
  if (!isName(name)) throw new RegistryError('NAME_INVALID', 'invalid repository name', { name });
  const repository = (await layout.repositories()).get(name);
  if (repository === undefined) {
    throw new RegistryError('NAME_UNKNOWN', 'repository name not known to registry', { name });
  }
  return repository;
}

function checkDigest(digest: string): void {
  if (!isDigest(digest)) {
    throw new RegistryError('DIGEST_INVALID', 'invalid checksum digest format', { digest });
  }
}

/** The reference implementation's answer when a client cannot take the kind of manifest there is. */
function refuse(accept: string | undefined, mediaType: string): RegistryError | null {
  if (accept === undefined) return null;
  const ranges = accept.split(',').map((part) => (part.split(';', 1)[0] ?? '').trim());
  if (['*/*', 'application/*', mediaType].some((range) => ranges.includes(range))) return null;
  return new RegistryError(
    'MANIFEST_UNKNOWN',
    `a manifest of type ${mediaType} was found, but the accept header does not support it`,
    { mediaType },
  );
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((part) => part.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
