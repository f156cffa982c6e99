/** `npm run registry`: the registry over HTTP, with a directory as its store. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './node.ts';
import { createRegistry } from './registry.ts';
import { seed } from './seed.ts';
import { directoryStorage, directoryStore } from './storage/directory.ts';
import { memoryStore } from './storage/memory.ts';

const USAGE = `Usage: npm run registry -- [--port 5000] [--host 127.0.0.1] [--store DIR] [--seed] [--users]

Serves images over the OCI Distribution API 1.1.

  --port N     port to listen on (default 5000; 0 takes a free one)
  --host H     address to listen on (default 127.0.0.1)
  --store DIR  where images lie and pushes go (default: the images bundled with the sandbox, and
               pushes are kept in memory)
  --seed       copy the bundled images into DIR first, where it does not have them
  --users      only a user may push, and only below a name of their own: the first
               'docker login' with a name makes the user
`;

const BUNDLED = fileURLToPath(new URL('../../public/images', import.meta.url));

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '5000' },
      host: { type: 'string', default: '127.0.0.1' },
      store: { type: 'string' },
      seed: { type: 'boolean', default: false },
      users: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`--port ${values.port}: give a number from 0 to 65535`);
  }
  const store = values.store === undefined ? BUNDLED : resolve(values.store);
  if (values.seed && store !== BUNDLED) {
    await mkdir(store, { recursive: true });
    const count = await seed(BUNDLED, store);
    process.stdout.write(`${count} images copied to ${store}\n`);
  }
  const registry = createRegistry({
    storage: directoryStorage(store),
    // Nothing is ever written beside the bundled images.
    store: store === BUNDLED ? memoryStore() : await directoryStore(store),
    access: values.users ? 'users' : 'everybody',
  });
  const serving = await serve(registry, { host: values.host, port: Number(values.port) });
  process.stdout.write(`registry ready on http://${values.host}:${serving.port}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void serving.close());
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`registry: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
