/** Manifests that come and go (distribution-spec "Pushing Manifests", "Content Management"). */
import type { Context } from 'hono';
import { digestOf as hash } from '../digest.ts';
import { INDEX_TYPE, isManifestType, manifestDocument } from '../documents.ts';
import type { Descriptor, ManifestDocument } from '../documents.ts';
import { RegistryError } from '../errors.ts';
import { isTag } from '../names.ts';
import { checkDigest, nameOf } from './path.ts';
import type { Writable } from './upload.ts';

/** Bytes that a manifest may have; the reference implementation's limit. */
const LARGEST = 4 * 1024 * 1024;
/** More than any image has layers, or an index manifests; one with more is no image but an attack. */
const MOST_PARTS = 512;

/** `PUT …/manifests/REFERENCE`. */
export async function putManifest(registry: Writable, context: Context): Promise<Response> {
  const name = nameOf(context);
  const reference = context.req.param('reference') ?? '';
  const bytes = await bodyOf(context);
  const digest = hash(bytes);
  const tag = isTag(reference) ? reference : null;
  if (tag === null && checkDigest(reference) !== digest) {
    throw new RegistryError('DIGEST_INVALID', 'provided digest did not match uploaded content', {
      digest: reference,
      actual: digest,
    });
  }
  const { document, mediaType } = understand(bytes, context.req.header('content-type') ?? '');
  await checkContent(registry, name, document);
  const descriptor: Descriptor = { mediaType, digest, size: bytes.byteLength };
  await registry.pushed.putManifest(name, descriptor, document, bytes, tag);
  return new Response(null, {
    status: 201,
    headers: {
      Location: `/v2/${name}/manifests/${digest}`,
      'Docker-Content-Digest': digest,
      ...(document.subject === undefined ? {} : { 'OCI-Subject': document.subject.digest }),
    },
  });
}

/** `DELETE …/manifests/REFERENCE`: a tag goes alone, a manifest takes its tags along. */
export async function deleteManifest(registry: Writable, context: Context): Promise<Response> {
  const name = nameOf(context);
  const reference = context.req.param('reference') ?? '';
  const { pushed } = registry;
  const gone = isTag(reference)
    ? await pushed.deleteTag(name, reference)
    : await pushed.deleteManifest(name, checkDigest(reference));
  if (gone) return new Response(null, { status: 202 });
  throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', { name, reference });
}

async function bodyOf(context: Context): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new RegistryError('SIZE_INVALID', 'a manifest may have 4 MiB at most');
  if (Number(context.req.header('content-length') ?? 0) > LARGEST) throw tooLarge;
  const { body } = context.req.raw;
  return body === null ? new Uint8Array() : collect(body, LARGEST, tooLarge);
}

/** All of a stream; one that goes on beyond `most` bytes is left there. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  most: number,
  tooLarge: Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel(tooLarge);
      throw tooLarge;
    }
    pieces.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

function understand(
  bytes: Uint8Array,
  contentType: string,
): { document: ManifestDocument; mediaType: string } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RegistryError('MANIFEST_INVALID', `the manifest is not JSON: ${reason}`);
  }
  const parsed = manifestDocument.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new RegistryError('MANIFEST_INVALID', `manifest invalid: ${where}: ${issue?.message}`);
  }
  const document = parsed.data;
  const declared = (contentType.split(';', 1)[0] ?? '').trim();
  const mediaType = document.mediaType ?? declared;
  if (declared !== '' && mediaType !== declared) {
    throw new RegistryError(
      'MANIFEST_INVALID',
      `the manifest says it is ${mediaType}, the request says ${declared}`,
    );
  }
  if (!isManifestType(mediaType)) {
    throw new RegistryError('MANIFEST_INVALID', `not a type of manifest: ${mediaType || 'none'}`);
  }
  const isIndex = mediaType === INDEX_TYPE || mediaType.includes('manifest.list');
  if (isIndex ? document.manifests === undefined : document.config === undefined) {
    const missing = isIndex ? 'manifests' : 'config';
    throw new RegistryError('MANIFEST_INVALID', `manifest invalid: ${missing} is missing`);
  }
  for (const parts of ['layers', 'manifests'] as const) {
    const { length = 0 } = document[parts] ?? [];
    if (length <= MOST_PARTS) continue;
    throw new RegistryError(
      'MANIFEST_INVALID',
      `manifest invalid: ${String(length)} ${parts}, ${String(MOST_PARTS)} at most`,
    );
  }
  return { document, mediaType };
}

/** Whatever a manifest names must be there, as long as the manifest says. */
async function checkContent(
  { catalog }: Writable,
  name: string,
  { config, layers = [], manifests = [] }: ManifestDocument,
): Promise<void> {
  for (const wanted of [...(config ? [config] : []), ...layers, ...manifests]) {
    const found = await catalog.blob(name, wanted.digest);
    if (found === null) {
      throw new RegistryError('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', {
        digest: wanted.digest,
      });
    }
    if (found.size !== wanted.size) {
      throw new RegistryError(
        'MANIFEST_INVALID',
        `the manifest says that ${wanted.digest} has ${String(wanted.size)} bytes; it has ${String(found.size)}`,
        { digest: wanted.digest },
      );
    }
  }
}
