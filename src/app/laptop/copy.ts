import { Files, FilesError } from '../../machine/files/files.ts';
import type { Connector, Version } from '../../machine/files/files.ts';

/** Where the project goes, below /home/learner. */
export const FOLDER = 'app';

/** What a copy came to: all is there, or these paths were changed in the machine and were left alone. */
export type Copied =
  { readonly kind: 'done' } | { readonly kind: 'changed'; readonly paths: string[] };

/** The versions that were written to a machine, so that what was changed there since is seen. */
const written = new WeakMap<Connector, Map<string, Version>>();

/**
 * Copies files into the machine's ~/app. What is there and is not what was copied last is written over only with
 * `over`. Rejects when the machine's files cannot be reached.
 */
export async function copyInto(
  network: Connector,
  files: Readonly<Record<string, string>>,
  over: boolean,
): Promise<Copied> {
  const versions = written.get(network) ?? new Map<string, Version>();
  written.set(network, versions);
  const machine = await Files.open(network);
  const changed: string[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${FOLDER}/${name}`;
      await machine.makeFolder(path.slice(0, path.lastIndexOf('/')));
      try {
        const base = over ? {} : { base: versions.get(path) ?? null };
        versions.set(path, await machine.write(path, text, base));
      } catch (error) {
        if (!(error instanceof FilesError)) throw error;
        const deleted = !machine.entries.has(path);
        if (deleted) versions.set(path, await machine.write(path, text));
        else if (error.code !== 'changed' && error.code !== 'exists') throw error;
        else if (await has(machine, path, text)) continue;
        else changed.push(path);
      }
    }
  } finally {
    await machine.close();
  }
  return changed.length === 0 ? { kind: 'done' } : { kind: 'changed', paths: changed };
}

async function has(machine: Files, path: string, text: string): Promise<boolean> {
  const { bytes } = await machine.read(path);
  return new TextDecoder().decode(bytes) === text;
}
