/** What is read (distribution-spec "Pull", "Content Discovery"). */
import type { Context } from 'hono';
import type { Catalog, Content } from '../catalog.ts';
import { INDEX_TYPE } from '../documents.ts';
import { RegistryError } from '../errors.ts';
import { referrersIndex } from '../layout.ts';
import { paginate } from '../pages.ts';
import { parseRange, slice } from '../range.ts';
import { digestOf, nameOf } from './path.ts';

export async function repositories(catalog: Catalog, context: Context): Promise<Response> {
  const page = paginate(await catalog.repositories(), context.req.url);
  return Response.json({ repositories: page.items }, { headers: page.headers });
}

export async function tags(catalog: Catalog, context: Context): Promise<Response> {
  const name = nameOf(context);
  const page = paginate((await catalog.tags(name)) ?? unknown(name), context.req.url);
  return Response.json({ name, tags: page.items }, { headers: page.headers });
}

export async function manifest(catalog: Catalog, context: Context): Promise<Response> {
  const name = nameOf(context);
  const reference = context.req.param('reference') ?? '';
  if (reference.includes(':')) digestOf(context, 'reference');
  const found = await catalog.manifest(name, reference);
  if (found === null) {
    if ((await catalog.tags(name)) === null) unknown(name);
    throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', { name, reference });
  }
  const unacceptable = refuse(context.req.header('accept'), found.mediaType);
  if (unacceptable !== null) throw unacceptable;
  return answer(context, found);
}

export async function blob(catalog: Catalog, context: Context): Promise<Response> {
  const name = nameOf(context);
  const digest = digestOf(context, 'digest');
  const found = await catalog.blob(name, digest);
  if (found === null) {
    if ((await catalog.tags(name)) === null) unknown(name);
    throw new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', { name, digest });
  }
  return answer(context, { ...found, mediaType: 'application/octet-stream' });
}

/** An empty list for what nobody knows too, as the specification wants it. */
export async function referrers(catalog: Catalog, context: Context): Promise<Response> {
  const digest = digestOf(context, 'digest');
  const wanted = context.req.query('artifactType');
  const all = await catalog.referrers(nameOf(context), digest);
  const some = wanted === undefined ? all : all.filter((one) => one.artifactType === wanted);
  const filtered = wanted === undefined ? {} : { 'OCI-Filters-Applied': 'artifactType' };
  return new Response(referrersIndex(some), {
    headers: { 'Content-Type': INDEX_TYPE, ...filtered },
  });
}

function unknown(name: string): never {
  throw new RegistryError('NAME_UNKNOWN', 'repository name not known to registry', { name });
}

/** Content that has a digest: conditional, in part or whole, with or without a body. */
async function answer(context: Context, content: Content): Promise<Response> {
  const { digest, mediaType, size } = content;
  const etag = `"${digest}"`;
  const headers = new Headers({
    'Docker-Content-Digest': digest,
    ETag: etag,
    'Accept-Ranges': 'bytes',
  });
  if (matches(context.req.header('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set('Content-Type', mediaType);
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
  const stream = await content.open();
  return new Response(range === 'whole' ? stream : slice(stream, range), { status, headers });
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
