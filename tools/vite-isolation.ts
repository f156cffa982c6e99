import type { Connect, Plugin } from 'vite';

/**
 * Isolates the page for the laptop, which needs shared memory, when its address asks for that: `?laptop`. Without the
 * query nothing is sent, as plain static hosts do: embedding and everything else have to work without headers, so they
 * are tried without. `credentialless` and not `require-corp`: what the laptop fetches from elsewhere need not know of
 * us. Scripts carry the header always, since a worker of an isolated page must; for any other it means nothing.
 */
export function isolation(): Plugin {
  const isolate: Connect.NextHandleFunction = (request, response, next) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const page = /(?:\/|\/index\.html)$/.test(pathname) && searchParams.has('laptop');
    if (page) response.setHeader('cross-origin-opener-policy', 'same-origin');
    if (page || pathname.endsWith('.js')) {
      response.setHeader('cross-origin-embedder-policy', 'credentialless');
    }
    next();
  };
  return {
    name: 'isolation',
    configureServer(server) {
      server.middlewares.use(isolate);
    },
    configurePreviewServer(server) {
      server.middlewares.use(isolate);
    },
  };
}
