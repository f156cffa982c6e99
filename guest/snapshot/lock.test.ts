import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alone } from './lock.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('lets one in after the other', async () => {
  const path = join(folder, 'lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((later) => setImmediate(later));
    inside--;
  };
  await Promise.all([alone(path, work), alone(path, work), alone(path, work)]);
  expect(most).toBe(1);
});

it('opens again when the work fails, and when its owner has died', async () => {
  const path = join(folder, 'lock');
  await expect(alone(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await writeFile(path, '4194304'); // one more than Linux's highest process number
  expect(await alone(path, () => Promise.resolve(7))).toBe(7);
});
