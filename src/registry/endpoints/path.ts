import type { Context } from 'hono';
import { RegistryError } from '../errors.ts';
import { isDigest, isName } from '../names.ts';

/**
 * The repository that the path names.
 * @throws RegistryError NAME_INVALID
 */
export function nameOf(context: Context): string {
  const name = context.req.param('name') ?? '';
  if (!isName(name)) throw new RegistryError('NAME_INVALID', 'invalid repository name', { name });
  return name;
}

/**
 * The digest in a part of the path.
 * @throws RegistryError DIGEST_INVALID
 */
export function digestOf(context: Context, part: string): string {
  return checkDigest(context.req.param(part) ?? '');
}

/** @throws RegistryError DIGEST_INVALID */
export function checkDigest(digest: string): string {
  if (isDigest(digest)) return digest;
  throw new RegistryError('DIGEST_INVALID', 'invalid checksum digest format', { digest });
}
