import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Connect, Plugin } from 'vite';

const project = resolve(import.meta.dirname, '..');
const folder = join(project, 'build/machine');

/** What the page may ask for under machine/. */
const served = /^(machine\.json|v86\.wasm\.gz|initrd\.gz|[0-9a-f]{16}\.state\.zst)$/;

/**
 * Answers for machine/. Vite's preview would do so too, but it does not know the type of a state, takes it for
 * text and compresses it once more, which takes longer than all the rest of its way.
 */
function serve(from: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    const name = (request.url ?? '').slice(1).split('?')[0] ?? '';
    const path = join(from, name);
    if (!served.test(name) || !existsSync(path)) {
      next();
      return;
    }
    const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    response.setHeader('content-type', type);
    response.setHeader('content-length', statSync(path).size);
    response.setHeader('cache-control', 'no-cache');
    createReadStream(path, { highWaterMark: 256 * 1024 }).pipe(response);
  };
}

/**
 * Puts the snapshot of the machine beside the page, under machine/: copied into a build, read from its folder
 * by `npm run dev`. A build makes it first when it is missing or stale. The kernel and the BIOS are under
 * public/ already.
 */
export function machine(): Plugin {
  let building = false;
  return {
    name: 'machine',
    configResolved(config) {
      building = config.command === 'build';
    },
    buildStart() {
      if (building)
        execFileSync(process.execPath, ['--import', 'tsx', 'guest/snapshot.ts'], {
          cwd: project,
          stdio: 'inherit',
        });
    },
    generateBundle() {
      for (const name of wanted()) {
        this.emitFile({
          type: 'asset',
          fileName: `machine/${name}`,
          source: readFileSync(join(folder, name)),
        });
      }
    },
    configureServer(server) {
      server.middlewares.use('/machine', serve(folder));
    },
    configurePreviewServer(server) {
      const { root, build } = server.config;
      server.middlewares.use('/machine', serve(resolve(root, build.outDir, 'machine')));
    },
  };
}

/** The files of the snapshot that machine.json describes. */
function wanted(): string[] {
  const { state } = JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8')) as {
    state: string;
  };
  return readdirSync(folder).filter(
    (name) => served.test(name) && (!name.endsWith('.zst') || name === state),
  );
}
