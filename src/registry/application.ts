/** What every registry answers alike: errors, headers, and whatever is read. */
// The smallest router: there are some fifteen routes.
import { Hono } from 'hono/tiny';
import type { Context } from 'hono';
import type { Catalog } from './catalog.ts';
import { blob, manifest, referrers, repositories, tags } from './endpoints/pull.ts';
import { RegistryError } from './errors.ts';

export interface Registry {
  /** Answers every request; errors of the store become a 500 in the specification's form. */
  fetch(request: Request): Promise<Response>;
}

/** An application without routes; `refusal` is what a request to change something hears that has none. */
export function newApplication(refusal: string): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Docker-Distribution-Api-Version', 'registry/2.0');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  app.notFound((context) => {
    const { method, path } = context.req;
    const reading = method === 'GET' || method === 'HEAD';
    if (!reading && path.startsWith('/v2/')) {
      return new RegistryError('UNSUPPORTED', refusal, { method }).response();
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
  return app;
}

/** The routes of "Pull" and "Content Discovery"; `ping` may refuse who asks for `/v2/`. */
export function addReading(app: Hono, catalog: Catalog, ping?: (context: Context) => void): void {
  for (const path of ['/v2/', '/v2']) {
    app.get(path, (context) => {
      ping?.(context);
      return context.json({});
    });
  }
  app.get('/v2/_catalog', (context) => repositories(catalog, context));
  app.get('/v2/:name{.+}/tags/list', (context) => tags(catalog, context));
  app.get('/v2/:name{.+}/manifests/:reference', (context) => manifest(catalog, context));
  app.get('/v2/:name{.+}/blobs/:digest', (context) => blob(catalog, context));
  app.get('/v2/:name{.+}/referrers/:digest', (context) => referrers(catalog, context));
}
