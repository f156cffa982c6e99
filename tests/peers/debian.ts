/** Files of Debian releases other than this machine's, kept under `build/`. */
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./debian.sh', import.meta.url));
const KEPT = fileURLToPath(new URL('../../build/peers/', import.meta.url));

/** Milliseconds that fetching a package and its index may take. */
const PATIENCE = 180_000;

export interface DebianFile {
  readonly release: string;
  readonly package: string;
  /** Which file of its source, as a shell pattern; the package itself without. */
  readonly source?: string;
}

/** Something that was fetched and unpacked: where, or why it is not there. */
export type Fetched = { readonly folder: string } | { readonly reason: string };

/** Fetches a file, and unpacks what is wanted of it (paths in it, as patterns); both once. */
export async function fetchDebian(file: DebianFile, wanted: string): Promise<Fetched> {
  const folder = `${KEPT}${file.package}-${file.release}`;
  const archive = `${folder}.${file.source === undefined ? 'deb' : 'tar'}`;
  try {
    if (await isThere(folder)) return { folder };
    if (!(await isThere(archive))) {
      const args = [file.release, file.package, file.source ?? 'deb', archive];
      await execute('sh', [SCRIPT, ...args], { timeout: PATIENCE });
    }
    // Unpacked beside its place and then moved there: what is cut short is not taken for the whole.
    const unpacked = `${folder}.partial`;
    await mkdir(unpacked, { recursive: true });
    const tar = file.source === undefined ? `dpkg-deb --fsys-tarfile "$0"` : 'xz -dc <"$0"';
    const pipe = `${tar} | tar -x -C "$1" --wildcards "$2" && mv -T "$1" "$3"`;
    await execute('sh', ['-c', pipe, archive, unpacked, wanted, folder], { timeout: PATIENCE });
    return { folder };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    return { reason: said.trim().split('\n').at(-1) ?? '' };
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
