/** What a fuzzer was given and what it found, once more: `npm run fuzz` finds new ones. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuzz as create } from './targets/create.ts';
import { fuzz as filters } from './targets/filters.ts';
import { fuzz as mount } from './targets/mount.ts';
import { fuzz as reference } from './targets/reference.ts';
import { fuzz as seccomp } from './targets/seccomp.ts';
import { fuzz as template } from './targets/template.ts';
import { corpusFiles, NATIVE, replayProgram, SCRIPTS } from './targets.ts';

const fuzz = { create, filters, mount, reference, seccomp, template };

describe.each(SCRIPTS)('%s', (target) => {
  it('takes or refuses each input of its corpus', () => {
    const files = corpusFiles(target);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(() => fuzz[target](readFileSync(file)), basename(file)).not.toThrow();
    }
  });
});

const compiler = spawnSync('gcc', ['--version']).status === 0;

// Without a compiler there are only the programs as they are in the guest, which its own tests drive.
describe.skipIf(!compiler).each(NATIVE)('%s', (target) => {
  it('survives each input of its corpus under the sanitizers', { timeout: 60_000 }, () => {
    const files = corpusFiles(target);
    expect(files.length).toBeGreaterThan(2);
    const { status, stderr } = spawnSync(replayProgram(target), files, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
