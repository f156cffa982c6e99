/**
 * Image references: `busybox`, `registry:5000/team/app:1.2@sha256:…`.
 *
 * The grammar and the normal form are those of github.com/distribution/reference, which Docker uses:
 * a name without a registry means `docker.io`, a single component there means `library/…`.
 *
 * See it: `docker pull busybox` prints `docker.io/library/busybox:latest` at its end.
 */
import { ImageError } from './errors.ts';

/** A reference in normal form. Both tag and digest may be there; the digest decides then. */
export interface Reference {
  /** Registry: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** Repository within the registry: `library/busybox`. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:<64 hex>`. */
  readonly digest: string | null;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';

const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])`;
const DOMAIN = `${HOST}(?::[0-9]+)?`;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(
  `^${DOMAIN}/(${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`,
);
const TAG_ALONE = new RegExp(`^${TAG}$`);
const HEX64 = /^[a-f0-9]{64}$/;

/** The lengths, in hex digits, that a digest of an algorithm must have (OCI image-spec descriptor.md). */
const ALGORITHMS = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** The repository's path may be as long as this. */
const PATH_MAX = 255;

/**
 * Parses what a user wrote into the normal form; nothing is defaulted but the registry and `library/`.
 * Throws a 400 with distribution/reference's own sentence.
 */
export function parseReference(text: string): Reference {
  if (HEX64.test(text)) {
    throw new ImageError(
      400,
      `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
    );
  }
  const { domain, rest } = splitDomain(text);
  const remote = rest.split(':', 1)[0] ?? '';
  if (remote.toLowerCase() !== remote) {
    throw new ImageError(
      400,
      `invalid reference format: repository name (${remote}) must be lowercase`,
    );
  }
  const match = REFERENCE.exec(`${domain}/${rest}`);
  if (match?.[1] === undefined) throw new ImageError(400, 'invalid reference format');
  const path = match[1];
  if (path.length > PATH_MAX) {
    throw new ImageError(400, `repository name must not be more than ${PATH_MAX} characters`);
  }
  const digest = match[3] ?? null;
  if (digest !== null) checkDigest(digest);
  return { domain, path, tag: match[2] ?? null, digest };
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isDomain =
    first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  // The name that Docker Hub had before: https://github.com/distribution/reference normalize.go.
  const domain = !isDomain || first === 'index.docker.io' ? DEFAULT_DOMAIN : first;
  const rest = isDomain ? text.slice(slash + 1) : text;
  return {
    domain,
    rest: domain === DEFAULT_DOMAIN && !rest.includes('/') ? OFFICIAL + rest : rest,
  };
}

/** Throws a 400 unless `text` is a digest of a known algorithm and that algorithm's length. */
function checkDigest(text: string): void {
  const colon = text.indexOf(':');
  if (colon <= 0 || !/^[A-Za-z0-9_+.-]+:[0-9a-fA-F]+$/.test(text)) {
    throw new ImageError(400, 'invalid checksum digest format');
  }
  const length = ALGORITHMS.get(text.slice(0, colon));
  if (length === undefined) throw new ImageError(400, 'unsupported digest algorithm');
  if (text.length - colon - 1 !== length)
    throw new ImageError(400, 'invalid checksum digest length');
  if (!/:[0-9a-f]+$/.test(text)) throw new ImageError(400, 'invalid checksum digest format');
}

/** Whether `text` is a SHA-256 digest, the only algorithm that content is stored under. */
export function isSha256(text: string): boolean {
  return text.startsWith('sha256:') && HEX64.test(text.slice(7));
}

/** The 64 hexadecimal digits of a SHA-256 digest. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** What `docker ps` and `docker images` show of an ID or a digest: twelve hexadecimal digits. */
export function shortId(digest: string): string {
  return hexOf(digest).slice(0, 12);
}

/** `docker.io/library/busybox`: the key of a repository. */
export function fullName(reference: Reference): string {
  return `${reference.domain}/${reference.path}`;
}

/** The name as people write it: without `docker.io/` and `library/`. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== DEFAULT_DOMAIN) return fullName(reference);
  // Only one component: `docker.io/library/team/app` is not `team/app`.
  return /^library\/([^/]+)$/.exec(reference.path)?.[1] ?? reference.path;
}

/** The reference as people write it, with tag and digest: `busybox:latest`. */
export function familiar(reference: Reference): string {
  return familiarName(reference) + suffix(reference);
}

/** The reference in full: `docker.io/library/busybox:latest`. */
export function canonical(reference: Reference): string {
  return fullName(reference) + suffix(reference);
}

function suffix(reference: Reference): string {
  const tag = reference.tag === null ? '' : `:${reference.tag}`;
  return reference.digest === null ? tag : `${tag}@${reference.digest}`;
}

/** Adds `:latest` when there is neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === null && reference.digest === null
    ? { ...reference, tag: 'latest' }
    : reference;
}

/**
 * The `tag` parameter of `POST /images/create`: a tag, or a digest, that takes the place of what the
 * name had. Throws a 400 for what is neither.
 */
export function withTagOrDigest(reference: Reference, text: string): Reference {
  if (text.includes(':')) {
    checkDigest(text);
    return { ...reference, digest: text };
  }
  if (!TAG_ALONE.test(text)) throw new ImageError(400, 'invalid tag format');
  return { ...reference, tag: text };
}
