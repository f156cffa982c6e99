/**
 * A registry (OCI Distribution specification 1.1): requests in, responses out, knowing neither of
 * sockets nor of browsers nor of emulators.
 */
import type { Context, Hono } from 'hono';
import { addReading, newApplication } from './application.ts';
import type { Registry } from './application.ts';
import { openGuard, userGuard } from './auth/guard.ts';
import type { Action } from './auth/guard.ts';
import { Users } from './auth/users.ts';
import { union } from './catalog.ts';
import { deleteManifest, putManifest } from './endpoints/manifest.ts';
import { nameOf } from './endpoints/path.ts';
import { append, begin, cancel, deleteBlob, finish, status } from './endpoints/upload.ts';
import type { Writable } from './endpoints/upload.ts';
import { Layout } from './layout.ts';
import { Pushed } from './pushed.ts';
import { createReader } from './reader.ts';
import type { Storage } from './storage/storage.ts';
import type { Store } from './storage/store.ts';
import { Uploads } from './uploads.ts';

export interface RegistryOptions {
  /** Images that are there from the beginning, and stay. */
  readonly storage: Storage;
  /** Where pushes go; without one nothing can be pushed. */
  readonly store?: Store;
  /**
   * Who may push: `everybody` anything, or `users` below their own name, after a login that makes
   * them. `everybody` unless told.
   */
  readonly access?: 'everybody' | 'users';
}

/** Makes a registry over a layout of images, and a store for what is pushed. */
export function createRegistry({ storage, store, access }: RegistryOptions): Registry {
  if (store === undefined) return createReader(storage);
  const app = newApplication('the operation is unsupported');
  addAll(app, new Layout(storage, true), store, access ?? 'everybody');
  return { fetch: async (request) => app.fetch(request) };
}

function addAll(app: Hono, layout: Layout, store: Store, access: 'everybody' | 'users'): void {
  const guard = access === 'users' ? userGuard(new Users(store)) : openGuard;
  const pushed = new Pushed(store, (descriptor) => layout.content(descriptor));
  const catalog = union(pushed, layout);
  const registry: Writable = { catalog, pushed, uploads: new Uploads(store) };
  if (guard.token) app.get('/token', guard.token);

  const guarded =
    (action: Action, endpoint: (registry: Writable, context: Context) => Promise<Response>) =>
    (context: Context): Promise<Response> => {
      guard.check(context, nameOf(context), action);
      return endpoint(registry, context);
    };
  // Before the blobs: `uploads` is no digest.
  for (const path of ['/v2/:name{.+}/blobs/uploads/', '/v2/:name{.+}/blobs/uploads']) {
    app.post(path, guarded('push', begin));
  }
  app.get('/v2/:name{.+}/blobs/uploads/:id', guarded('push', status));
  app.patch('/v2/:name{.+}/blobs/uploads/:id', guarded('push', append));
  app.put('/v2/:name{.+}/blobs/uploads/:id', guarded('push', finish));
  app.delete('/v2/:name{.+}/blobs/uploads/:id', guarded('push', cancel));
  app.put('/v2/:name{.+}/manifests/:reference', guarded('push', putManifest));
  app.delete('/v2/:name{.+}/manifests/:reference', guarded('delete', deleteManifest));
  app.delete('/v2/:name{.+}/blobs/:digest', guarded('delete', deleteBlob));
  addReading(app, catalog, (context) => guard.ping(context));
}
