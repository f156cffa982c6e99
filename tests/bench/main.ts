/**
 * `npm run bench [-- --json FILE] [-- --only NAME,…]`: every figure with its peers, in one run.
 *
 * Needs the snapshot and the built site (`npm start` makes both). Peers come from Debian's packages.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inBrowser } from './browser.ts';
import { builds } from './build.ts';
import { classroom } from './classroom.ts';
import { engine } from './engine.ts';
import { besidePeers, coldBoot, firstRun } from './guest.ts';
import { images } from './images.ts';
import { line, type Result } from './result.ts';
import { xray } from './xray.ts';

const groups: Readonly<Record<string, () => Promise<Result[]>>> = {
  'boot.cold': coldBoot,
  'first.run': firstRun,
  peers: besidePeers,
  engine,
  images,
  build: builds,
  browser: inBrowser,
  classroom,
  xray,
};

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' } },
});
const wanted = values.only?.split(',') ?? Object.keys(groups);
const results: Result[] = [];
for (const name of wanted) {
  const group = groups[name];
  if (!group) {
    console.error(`no such group: ${name}; there are ${Object.keys(groups).join(', ')}`);
    process.exit(2);
  }
  for (const figure of await group()) {
    results.push(figure);
    console.log(line(figure));
  }
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
}
process.exit(0);
