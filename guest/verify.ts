/**
 * `npm run kernels -- --verify` checks that every file under public/ is listed in its manifest and has
 * the listed bytes; `--write` writes the manifests anew after a recipe ran.
 * Exit status: 0 when everything matches, 1 otherwise, 2 for wrong usage.
 */
import { join } from 'node:path';
import { verifyPublic, writeManifests } from './lib/ledger.ts';

const project = join(import.meta.dirname, '..');
const mode = process.argv[2];
if (process.argv.length !== 3 || (mode !== '--verify' && mode !== '--write')) {
  console.error('usage: npm run kernels -- --verify | --write');
  process.exit(2);
}
if (mode === '--write') {
  for (const [path, count] of writeManifests(project))
    console.log(`${path}: ${String(count)} files`);
} else {
  const wrong = verifyPublic(project);
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) process.exit(1);
  console.log('every file under public/ is listed and matches');
}
