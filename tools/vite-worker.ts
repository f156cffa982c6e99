import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'vite';

const source = '/src/worker/main.ts';
const project = resolve(import.meta.dirname, '..');

/**
 * Makes the service worker: one file at the site's root, since that is what it may look after, and not a module,
 * since not every browser takes one there. `npm run dev` serves it unbundled.
 */
export function worker(): Plugin {
  let out: string | null = null;
  return {
    name: 'worker',
    configResolved({ command, root, build: { outDir } }) {
      if (command === 'build') out = resolve(root, outDir);
    },
    async closeBundle() {
      if (out === null) return;
      const { outputFiles } = await build({
        entryPoints: [join(project, source)],
        bundle: true,
        format: 'iife',
        target: 'es2022',
        minify: true,
        write: false,
      });
      for (const { text } of outputFiles) writeFileSync(join(out, 'sw.js'), text);
    },
    configureServer(server) {
      server.middlewares.use('/sw.js', (_request, response, next) => {
        server.transformRequest(source).then((result) => {
          response.setHeader('content-type', 'text/javascript');
          response.end(result?.code ?? '');
        }, next);
      });
    },
  };
}
