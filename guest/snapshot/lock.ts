import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How often whoever waits looks whether the other one is done, in ms. */
const LOOK = 200;

/** Runs `work` while no other process of this computer runs it for the same `path`. */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) {
    if (!(await held(path)))
      await rm(path, { force: true }); // its owner died
    else await new Promise((next) => setTimeout(next, LOOK));
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that wrote its number into the file still runs. */
async function held(path: string): Promise<boolean> {
  try {
    const owner = Number(await readFile(path, 'utf8'));
    if (owner === 0) return true; // about to be written
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}
