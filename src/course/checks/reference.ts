/** Names of images, as the engine tells them and as learners write them. */

/**
 * Whether `seen` (an image name as the engine tells it) is what the lesson calls `wanted`: Docker Hub's prefixes
 * do not matter; without a tag in `wanted` any tag or digest will do.
 */
export function sameImage(seen: string, wanted: string): boolean {
  const a = split(seen);
  const b = split(wanted);
  return a.name === b.name && (b.tag === null || b.tag === (a.tag ?? 'latest'));
}

/** The name as a learner writes it: without Docker Hub's prefixes, and without tag or digest. */
export function familiarName(reference: string): string {
  return split(reference).name;
}

function split(reference: string): { name: string; tag: string | null } {
  const withoutDigest = reference.replace(/@.*$/, '');
  // A colon after the last slash begins a tag; one before it belongs to a registry's port.
  const colon = withoutDigest.indexOf(':', withoutDigest.lastIndexOf('/') + 1);
  const path = colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
  return {
    name: path.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, ''),
    tag: colon === -1 ? null : withoutDigest.slice(colon + 1),
  };
}
