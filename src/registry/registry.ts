/**
 * A registry (OCI Distribution specification 1.1): requests in, responses out, knowing neither of
 * sockets nor of browsers nor of emulators.
 */
// The smallest router: there are some fifteen routes.
import { Hono } from 'hono/tiny';
import type { Context } from 'hono';
import { openGuard, userGuard } from './auth/guard.ts';
import type { Action } from './auth/guard.ts';
import { Users } from './auth/users.ts';
import { union } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { deleteManifest, putManifest } from './endpoints/manifest.ts';
import { nameOf } from './endpoints/path.ts';
import { blob, manifest, referrers, repositories, tags } from './endpoints/pull.ts';
import { append, begin, cancel, deleteBlob, finish, status } from './endpoints/upload.ts';
import type { Writable } from './endpoints/upload.ts';
import { RegistryError } from './errors.ts';
import { Layout } from './layout.ts';
import { Pushed } from './pushed.ts';
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

export interface Registry {
  /** Answers every request; errors of the store become a 500 in the specification's form. */
  fetch(request: Request): Promise<Response>;
}

/** Makes a registry over a layout of images, and a store for what is pushed. */
export function createRegistry({ storage, store, access }: RegistryOptions): Registry {
  const layout = new Layout(storage, store !== undefined);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Docker-Distribution-Api-Version', 'registry/2.0');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  if (store === undefined) addReading(app, layout);
  else addAll(app, layout, store, access ?? 'everybody');
  app.notFound((context) => {
    const { method, path } = context.req;
    const reading = method === 'GET' || method === 'HEAD';
    if (!reading && path.startsWith('/v2/')) {
      const sentence =
        store === undefined
          ? 'this registry can be read only: nothing can be pushed to it or deleted'
          : 'the operation is unsupported';
      return new RegistryError('UNSUPPORTED', sentence, { method }).response();
    }
    return context.json(
      { errors: [{ code: 'UNSUPPORTED', message: 'no such endpoint', detail: { path } }] },
      404,
    );
  });
  app.onError((error) => {
    if (error instanceof RegistryError) return error.response();
    return new RegistryError('UNKNOWN', `the image store failed: ${error.message}`).response();
  });
  return { fetch: async (request) => app.fetch(request) };
}

function addReading(
  app: Hono,
  catalog: Catalog,
  ping: (context: Context) => void = () => {},
): void {
  for (const path of ['/v2/', '/v2']) {
    app.get(path, (context) => {
      ping(context);
      return context.json({});
    });
  }
  app.get('/v2/_catalog', (context) => repositories(catalog, context));
  app.get('/v2/:name{.+}/tags/list', (context) => tags(catalog, context));
  app.get('/v2/:name{.+}/manifests/:reference', (context) => manifest(catalog, context));
  app.get('/v2/:name{.+}/blobs/:digest', (context) => blob(catalog, context));
  app.get('/v2/:name{.+}/referrers/:digest', (context) => referrers(catalog, context));
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
