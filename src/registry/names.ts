/** The grammar of names, tags and digests (distribution-spec "Pulling manifests", image-spec descriptor.md). */

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;
/** Names longer than this cannot be written with a host in front (distribution-spec). */
const NAME_MAX = 255;
const HEX_LENGTH = new Map([
  ['sha256', 64],
  ['sha512', 128],
]);

export function isName(text: string): boolean {
  return text.length <= NAME_MAX && NAME.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether the digest is well formed, and as long as its algorithm makes them when that is a registered one. */
export function isDigest(text: string): boolean {
  if (!DIGEST.test(text)) return false;
  const colon = text.indexOf(':');
  const length = HEX_LENGTH.get(text.slice(0, colon));
  const encoded = text.slice(colon + 1);
  return length === undefined || (encoded.length === length && /^[a-f0-9]+$/.test(encoded));
}
