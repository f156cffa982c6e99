import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'vite';
import { LIST } from '../src/worker/version.ts';
import type { SiteFiles } from '../src/worker/version.ts';

const source = '/src/worker/main.ts';
const project = resolve(import.meta.dirname, '..');
const SCRIPT = 'sw.js';

/**
 * What a visit without a network needs, whatever it does: pages and their code, the machine as it is restored, the
 * indexes of images and packages. The rest is kept once somebody has used it.
 */
const whole =
  /^([^/]+\.(html|js)|assets\/[^/]+\.(js|css|svg)|machine\/(machine\.json|v86\.wasm\.gz|[^/]+\.zst)|images\/index\.json|packages\/.*\.json)$/;

/**
 * Makes the service worker: one file at the site's root, since that is what it may look after, and not a module,
 * since not every browser takes one there. With it comes the list of all files of the build. `npm run dev` serves it
 * unbundled, and it keeps nothing.
 */
export function worker(): Plugin {
  let out: string | null = null;
  return {
    name: 'worker',
    configResolved({ command, root, build: { outDir } }) {
      if (command === 'build') out = resolve(root, outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      // after everything else: the list is of what is really there
      async handler() {
        if (out !== null) await writeWorker(out);
      },
    },
    configureServer(server) {
      server.middlewares.use(`/${SCRIPT}`, (_request, response, next) => {
        server.transformRequest(source).then((result) => {
          response.setHeader('content-type', 'text/javascript');
          // what a build puts in its place; the modules read it only when they are used
          response.end(`globalThis.__SITE_VERSION__ = '';\n${result?.code ?? ''}`);
        }, next);
      });
    },
  };
}

/** Makes the service worker for a folder with all the rest of a build. */
export async function writeWorker(folder: string): Promise<void> {
  const list = JSON.stringify(filesOf(folder));
  writeFileSync(join(folder, LIST), list);
  writeFileSync(join(folder, SCRIPT), await bundled(digestOf(list)));
}

function filesOf(folder: string): SiteFiles {
  const files: { whole: Record<string, string>; used: Record<string, string> } = {
    whole: {},
    used: {},
  };
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== SCRIPT && path !== LIST)
    .sort();
  for (const path of found) {
    files[whole.test(path) ? 'whole' : 'used'][path] = digestOf(readFileSync(join(folder, path)));
  }
  return files;
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function bundled(version: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(project, source)],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    write: false,
    define: { __SITE_VERSION__: JSON.stringify(version) },
  });
  return outputFiles.map(({ text }) => text).join('');
}
