import { fileURLToPath } from 'node:url';
import { Machine, serveRegistry } from '../../src/machine/index.ts';
import type { Assets } from '../../src/machine/assets.ts';
import { createReader } from '../../src/registry/index.ts';
import { directoryStorage } from '../../src/registry/storage/directory.ts';

const IMAGES = fileURLToPath(new URL('../../public/images/', import.meta.url));

/** What a visitor does first, and what needs everything: consoles, clock, network, engine, registry. */
const IMAGE = 'hello-world';

/** Far longer than a pull takes, in ms, even on a computer with much else to do. */
const PATIENCE = 60_000;

/**
 * Restores what was just saved and pulls an image in it. Throws when that does not come to an end: a
 * snapshot that was taken at a bad moment must not reach anybody.
 */
export async function prove(assets: Assets): Promise<void> {
  const machine = await Machine.create({ assets });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    serveRegistry(machine, createReader(directoryStorage(IMAGES)));
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`it did not pull ${IMAGE} within ${String(PATIENCE / 1000)} s`));
      }, PATIENCE);
    });
    const answer = await Promise.race([pulled(machine), late]);
    if (!answer.includes('Downloaded newer image')) throw new Error(`the pull said ${answer}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the snapshot was made and does not work: ${reason}. Run npm run snapshot again.`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
    await machine.destroy();
  }
}

async function pulled(machine: Machine): Promise<string> {
  const response = await machine.request(`/images/create?fromImage=${IMAGE}&tag=latest`, {
    method: 'POST',
  });
  return response.text();
}
