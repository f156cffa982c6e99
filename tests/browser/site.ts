import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the built site, with a slash at its end. */
    site: string;
  }
}

const root = resolve(import.meta.dirname, '../..');

/** Builds the site as it is deployed and serves it while the suite runs; tests `inject('site')`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(resolve(root, 'build/machine/machine.json'))) {
    throw new Error('build/machine holds no machine for the page: run npm run snapshot first');
  }
  // In a process of its own: Vitest's says NODE_ENV=test, and the site would be built for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  Reflect.deleteProperty(env, 'VITEST');
  execFileSync('npx', ['vite', 'build', '--logLevel', 'warn'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const server = await preview({ root, logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`vite preview listens on ${String(address)}, which is no TCP port`);
  }
  project.provide('site', `http://127.0.0.1:${String(address.port)}/`);
  return () => server.close();
}
