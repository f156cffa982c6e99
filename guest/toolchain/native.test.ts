import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../src/engine/native', import.meta.url));

/** Why the C tests cannot run here, or null when they can. */
function missing(): string | null {
  for (const tool of ['gcc', 'make'])
    if (spawnSync(tool, ['--version']).status !== 0) return `no ${tool} on this machine`;
  if (process.getuid?.() !== 0) return 'not root: they make devices, mounts and namespaces';
  return null;
}

const reason = missing();
const title = 'the native programs pass their own tests under the sanitizers';

it.skipIf(reason !== null)(
  reason === null ? title : `${title} (skipped: ${reason})`,
  { timeout: 600_000 },
  () => {
    const { stdout, stderr } = spawnSync('make', ['-s', '-C', folder, 'test'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const tally = /^native: (\d+) passed, (\d+) failed$/m.exec(stdout);
    expect(tally, `${stdout}\n${stderr}`).not.toBeNull();
    expect(Number(tally?.[1])).toBeGreaterThan(500);
    expect(Number(tally?.[2]), `${stdout}\n${stderr}`).toBe(0);
  },
);
