/** Blobs that come (distribution-spec "Pushing Blobs"): in one piece, in chunks, or from another repository. */
import type { Context } from 'hono';
import type { Catalog } from '../catalog.ts';
import { RegistryError } from '../errors.ts';
import { isName } from '../names.ts';
import type { Pushed } from '../pushed.ts';
import type { Chunk, Uploads } from '../uploads.ts';
import { checkDigest, digestOf, nameOf } from './path.ts';

/** What the endpoints of a registry that can be written to need. */
export interface Writable {
  readonly catalog: Catalog;
  readonly pushed: Pushed;
  readonly uploads: Uploads;
}

/** `POST …/blobs/uploads/`: mounts (`?mount=&from=`), takes the whole blob (`?digest=`), or begins an upload. */
export async function begin(registry: Writable, context: Context): Promise<Response> {
  const name = nameOf(context);
  const mount = context.req.query('mount');
  const from = context.req.query('from');
  if (mount !== undefined && from !== undefined && isName(from)) {
    const { pushed, catalog } = registry;
    if (await pushed.mountBlob(name, checkDigest(mount), catalog, from)) {
      return created(name, mount);
    }
  }
  const digest = context.req.query('digest');
  if (digest !== undefined) {
    checkDigest(digest);
    await registry.pushed.putBlob(name, digest, bodyOf(context));
    return created(name, digest);
  }
  const id = await registry.uploads.begin(name);
  return accepted(202, name, id, 0);
}

/** `PATCH …/blobs/uploads/ID`: a chunk. */
export async function append(registry: Writable, context: Context): Promise<Response> {
  const [name, id] = [nameOf(context), idOf(context)];
  try {
    const range = rangeOf(context);
    const size = await registry.uploads.append(name, id, range, bodyOf(context));
    return accepted(202, name, id, size);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'RANGE_INVALID') throw error;
    // The client goes on from where it stands (distribution-spec "Pushing a blob in chunks").
    return accepted(416, name, id, await registry.uploads.size(name, id));
  }
}

/** `PUT …/blobs/uploads/ID?digest=`: the last chunk, or the whole, or nothing more; then it is a blob. */
export async function finish(registry: Writable, context: Context): Promise<Response> {
  const [name, id] = [nameOf(context), idOf(context)];
  const digest = checkDigest(context.req.query('digest') ?? '');
  const range = rangeOf(context);
  if (range !== null) {
    const size = await registry.uploads.size(name, id);
    if (range.start !== size) return accepted(416, name, id, size);
  }
  await registry.uploads.finish(name, id, context.req.raw.body, (content) =>
    registry.pushed.putBlob(name, digest, content),
  );
  return created(name, digest);
}

/** `GET …/blobs/uploads/ID`: how far it is. */
export async function status(registry: Writable, context: Context): Promise<Response> {
  const [name, id] = [nameOf(context), idOf(context)];
  return accepted(204, name, id, await registry.uploads.size(name, id));
}

/** `DELETE …/blobs/uploads/ID`. */
export async function cancel(registry: Writable, context: Context): Promise<Response> {
  await registry.uploads.cancel(nameOf(context), idOf(context));
  return new Response(null, { status: 204 });
}

/** `DELETE …/blobs/DIGEST`. */
export async function deleteBlob(registry: Writable, context: Context): Promise<Response> {
  const [name, digest] = [nameOf(context), digestOf(context, 'digest')];
  if (await registry.pushed.deleteBlob(name, digest)) return new Response(null, { status: 202 });
  throw new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', { name, digest });
}

function idOf(context: Context): string {
  return context.req.param('id') ?? '';
}

function bodyOf(context: Context): ReadableStream<Uint8Array> {
  return context.req.raw.body ?? new Blob([]).stream();
}

/** What a `Content-Range: 0-1023` (the specification's form, without a unit) says; null without one. */
function rangeOf(context: Context): Chunk | null {
  const header = context.req.header('content-range');
  if (header === undefined) return null;
  const [, first, last] = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/.*)?$/.exec(header) ?? [];
  const length = context.req.header('content-length');
  const said = Number(last) - Number(first) + 1;
  const lies = said < 1 || (length !== undefined && said !== Number(length));
  if (first === undefined || lies) {
    throw new RegistryError('SIZE_INVALID', 'the range does not fit the content', {
      range: header,
      length: length ?? 'unknown',
    });
  }
  return { start: Number(first), length: said };
}

function accepted(status: number, name: string, id: string, size: number): Response {
  return new Response(null, {
    status,
    headers: {
      Location: `/v2/${name}/blobs/uploads/${id}`,
      'Docker-Upload-UUID': id,
      // Of nothing the reference implementation says the same.
      Range: `0-${String(Math.max(0, size - 1))}`,
    },
  });
}

function created(name: string, digest: string): Response {
  return new Response(null, {
    status: 201,
    headers: { Location: `/v2/${name}/blobs/${digest}`, 'Docker-Content-Digest': digest },
  });
}
