import { Failure } from './failure.ts';

/**
 * Names of images as the distribution project's reference grammar has them:
 * `[registry/]path[:tag][@digest]`.
 */
export interface Reference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const NAME = `(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const GRAMMAR = new RegExp(`^${NAME}(?::${TAG})?(?:@${DIGEST})?$`);

/** Takes a name apart without looking at whether it is one. */
export function splitReference(name: string): Reference {
  const at = name.indexOf('@');
  const digest = at < 0 ? '' : name.slice(at + 1);
  const named = at < 0 ? name : name.slice(0, at);
  const colon = named.lastIndexOf(':');
  // A colon before a slash belongs to the registry's port.
  if (colon < 0 || named.includes('/', colon)) return { repository: named, tag: '', digest };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** A checked name. */
export interface NamedReference extends Reference {
  /** As users write it, with `:latest` when nothing else was said. */
  readonly familiar: string;
  /** With registry and `library/`: `docker.io/library/busybox`. */
  readonly full: string;
}

/**
 * @returns null for an image's id (64 hexadecimal digits), which names no repository
 * @throws Failure with Docker's sentence
 */
export function parseReference(name: string): NamedReference | null {
  if (/^[a-f0-9]{64}$/.test(name)) return null;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasHost =
    first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const host = hasHost ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  let path = hasHost ? name.slice(slash + 1) : name;
  if (host === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  const { repository, tag, digest } = splitReference(path);
  if (repository.toLowerCase() !== repository) {
    throw new Failure(
      `invalid reference format: repository name (${repository}) must be lowercase`,
    );
  }
  if (!GRAMMAR.test(`${host}/${path}`)) throw new Failure('invalid reference format');
  const short =
    host === 'docker.io' ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${host}/${repository}`;
  const shownTag = tag === '' && digest === '' ? 'latest' : tag;
  return {
    repository,
    tag: shownTag,
    digest,
    familiar: short + (shownTag && `:${shownTag}`) + (digest && `@${digest}`),
    full: `${host}/${repository}`,
  };
}

/**
 * The name of a repository, where an image's id does not do.
 * @throws Failure with Docker's sentence
 */
export function parseRepository(name: string): NamedReference {
  const reference = parseReference(name);
  if (reference) return reference;
  throw new Failure(
    `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`,
  );
}
