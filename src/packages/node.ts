import { fileURLToPath } from 'node:url';
import { directoryStorage } from '../registry/storage/directory.ts';
import { createPackages } from './index.ts';
import type { Site } from './site.ts';

const BUNDLED = fileURLToPath(new URL('../../public/packages', import.meta.url));

/** The packages that the sandbox brings, for machines that run in Node. */
export async function bundledPackages(): Promise<Site> {
  return createPackages(directoryStorage(BUNDLED));
}
