/**
 * `docker rmi`: takes a name from an image, and the image away with its last name, unless something
 * needs it. The rules and sentences are Docker's (moby daemon/images/image_delete.go).
 */
import { ImageError } from './errors.ts';
import { familiar, fullName, hexOf, parseReference, shortId, withDefaultTag } from './reference.ts';
import type { Reference } from './reference.ts';
import type { Image, ImageStore } from './store.ts';

/** A line of the answer to `DELETE /images/{name}`. */
export type Removed = { readonly Untagged: string } | { readonly Deleted: string };

export interface RemoveOptions {
  /** Also when it has several names, or stopped containers. */
  readonly force?: boolean;
  /** Keep parents that have no name. */
  readonly noPrune?: boolean;
  /** Containers made from the image with this ID. */
  readonly containersOf: (
    id: string,
  ) => readonly { readonly id: string; readonly running: boolean }[];
}

/** Throws 404 when there is no such image, 409 when something needs it. */
export function removeImage(store: ImageStore, text: string, options: RemoveOptions): Removed[] {
  const image = store.get(text);
  const removed: Removed[] = [];
  const byId = hexOf(image.id).startsWith(text) || image.id.startsWith(text);
  if (byId) {
    removeById(store, image, options, removed);
  } else if (!removeByName(store, image, text, options, removed)) {
    return removed;
  }
  remove(store, image.id, { ...options, quiet: !byId }, removed);
  return removed;
}

/** Returns whether no name is left, so that the image itself may go. */
function removeByName(
  store: ImageStore,
  image: Image,
  text: string,
  options: RemoveOptions,
  removed: Removed[],
): boolean {
  const user = options.containersOf(image.id)[0];
  if (
    options.force !== true &&
    isSingleReference(store.references(image.id)) &&
    user !== undefined
  ) {
    throw new ImageError(
      409,
      `conflict: unable to remove repository reference "${text}" (must force) - container ${shortId(user.id)} is using its referenced image ${shortId(image.id)}`,
    );
  }
  const parsed = withDefaultTag(parseReference(text));
  // With both a tag and a digest, the digest is what named the image.
  const name = parsed.digest === null ? parsed : { ...parsed, tag: null };
  untag(store, image.id, [name], removed);
  const left = store.references(image.id).filter((other) => fullName(other) === fullName(name));
  // The repository's digests have no say once its last tag is gone.
  if (name.digest === null && left.every((other) => other.digest !== null)) {
    untag(store, image.id, left, removed);
  }
  return store.references(image.id).length === 0;
}

function removeById(
  store: ImageStore,
  image: Image,
  options: RemoveOptions,
  removed: Removed[],
): void {
  const names = store.references(image.id);
  if (!isSingleReference(names)) return;
  const conflict = findConflict(store, image.id, options, false);
  if (conflict !== null) throw conflict.error;
  untag(store, image.id, names, removed);
}

function untag(
  store: ImageStore,
  id: string,
  names: readonly Reference[],
  removed: Removed[],
): void {
  store.untag(id, names);
  names.forEach((name) => removed.push({ Untagged: familiar(name) }));
}

/** Removes the image and then its nameless parents; `quiet` keeps it instead of reporting a conflict. */
function remove(
  store: ImageStore,
  id: string,
  options: RemoveOptions & { readonly quiet: boolean },
  removed: Removed[],
): void {
  const image = store.byId(id);
  if (image === null) return;
  const conflict = findConflict(store, id, options, true);
  if (conflict !== null) {
    // A step that others were built upon is not left over: it stays, and nobody need hear of it.
    const dangling = store.references(id).length === 0 && store.children(id).length === 0;
    if (options.quiet && (!dangling || conflict.used)) return;
    throw conflict.error;
  }
  untag(store, id, store.references(id), removed);
  const layers = store.drop(id);
  removed.push({ Deleted: id }, ...layers.map((chainId) => ({ Deleted: chainId })));
  const { parent } = image.record;
  if (options.noPrune !== true && parent !== undefined) {
    remove(store, parent, { ...options, force: false, quiet: true }, removed);
  }
}

interface Conflict {
  readonly error: ImageError;
  /** A container is the reason. */
  readonly used: boolean;
}

function findConflict(
  store: ImageStore,
  id: string,
  options: RemoveOptions,
  countNames: boolean,
): Conflict | null {
  const containers = options.containersOf(id);
  const running = containers.find((container) => container.running);
  if (store.children(id).length > 0) {
    return conflictOf(id, 'cannot be forced', 'image has dependent child images', false);
  }
  if (running !== undefined) {
    const message = `image is being used by running container ${shortId(running.id)}`;
    return conflictOf(id, 'cannot be forced', message, true);
  }
  if (options.force === true) return null;
  if (countNames && store.references(id).length > 0) {
    return conflictOf(id, 'must be forced', 'image is referenced in multiple repositories', false);
  }
  const stopped = containers[0];
  if (stopped === undefined) return null;
  const message = `image is being used by stopped container ${shortId(stopped.id)}`;
  return conflictOf(id, 'must be forced', message, true);
}

function conflictOf(id: string, force: string, message: string, used: boolean): Conflict {
  const sentence = `conflict: unable to delete ${shortId(id)} (${force}) - ${message}`;
  return { error: new ImageError(409, sentence), used };
}

/** At most one tag, and digests only of the same repository. */
function isSingleReference(names: readonly Reference[]): boolean {
  const tags = names.filter((name) => name.digest === null);
  const repositories = new Set(names.map(fullName));
  return names.length <= 1 || (tags.length <= 1 && repositories.size === 1);
}
