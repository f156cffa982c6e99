/** The engine's script, translated ahead of time: QuickJS then loads it five times cheaper and in half the memory. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCpioFile } from '../lib/cpio.ts';

/** The engine's native program in the base. */
const ENGINE = 'usr/lib/bottle/engine';

/**
 * QuickJS bytecode of `bundle`, made by the very engine of the base (an unpacked cpio archive), which alone
 * reads it; the same inputs give the same bytes. Null where that program, built for Linux on x86, does not
 * run: the guest then loads the script itself.
 *
 * @throws Error when the program runs and refuses the bundle.
 */
export async function compileBundle(
  base: Uint8Array,
  bundle: Uint8Array,
): Promise<Uint8Array | null> {
  const program = readCpioFile(base, ENGINE);
  if (!program || process.platform !== 'linux' || !['x64', 'ia32'].includes(process.arch)) {
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bottle-bytecode-'));
  try {
    await writeFile(join(folder, 'engine'), program, { mode: 0o700 });
    await writeFile(join(folder, 'engine.js'), bundle);
    // the script's name as it is given ends up in the bytecode: no folder in it
    await promisify(execFile)(join(folder, 'engine'), ['compile', 'engine.js', 'engine.qbc'], {
      cwd: folder,
    });
    return await readFile(join(folder, 'engine.qbc'));
  } catch (error) {
    if (cannotRun(error)) return null;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether this kernel does not run 32-bit programs, or nothing may be executed in the temporary folder. */
function cannotRun(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOEXEC' || code === 'EACCES';
}
