import { EngineError } from '../errors.ts';
import type { UnpackOptions, TarWriter } from '../sys/archives.ts';
import type { FileType, LayerExtractor, Sys } from '../sys/sys.ts';
import { cleanPath } from '../volume/index.ts';
import type { Container } from './container.ts';
import type { Context } from './context.ts';
import { identityOf } from './files.ts';
import { openRoot, ProcessGone, type Root } from './root.ts';
import { nextExit } from './signal.ts';
import { inTurn } from './underway.ts';

/** What `X-Docker-Container-Path-Stat` tells; `mode` as Go's os.FileMode. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}

/** Bits of Go's os.FileMode for the type of a file. */
const GO_TYPES: Readonly<Record<FileType, number>> = {
  file: 0,
  dir: 0x80000000,
  symlink: 0x08000000,
  block: 0x04000000,
  char: 0x04200000,
  fifo: 0x02000000,
  socket: 0x01000000,
};

function goMode(type: FileType, mode: number): number {
  const special =
    (mode & 0o4000 ? 0x800000 : 0) |
    (mode & 0o2000 ? 0x400000 : 0) |
    (mode & 0o1000 ? 0x100000 : 0);
  // Sums, not bits: the highest one would make the number negative.
  return GO_TYPES[type] + special + (mode & 0o777);
}

/** The last part of a path: '' for the root, `.` when it ends with `/.`. */
function baseName(path: string): string {
  if (/\/\.$/.test(path)) return '.';
  return cleanPath(path).replace(/^.*\//, '');
}

/** A container's file or directory, found. */
export class ContainerPath {
  readonly stat: PathStat;
  readonly #sys: Sys;
  readonly #root: Root;
  readonly #path: string;

  /**
   * @param called how the user named the container
   * @throws EngineError 404
   */
  constructor(sys: Sys, container: Container, path: string, called: string) {
    this.#sys = sys;
    this.#root = openRoot(sys, container, 'read');
    // What ends with a slash is meant as a directory, and so is what a link there leads to.
    const follow = /\/\.?$/.test(path);
    this.#path = `/${path}`;
    try {
      const found = sys.statIn(this.#root.fd, this.#path, follow);
      if (!found || (follow && found.type !== 'dir')) {
        throw new EngineError(404, `Could not find the file ${path} in container ${called}`);
      }
      this.stat = {
        name: baseName(this.#path) || '/',
        size: found.size,
        mode: goMode(found.type, found.mode),
        mtime: new Date(found.mtime).toISOString(),
        linkTarget: found.target,
      };
    } catch (error) {
      this.#root.close();
      throw error;
    }
  }

  /** Packs it; the entry has the name that was asked for. */
  pack(): TarWriter {
    const name = baseName(this.#path);
    // A link that was asked for with a slash is the directory that it leads to.
    const path = /\/\.?$/.test(this.#path) ? `${this.#path}/.` : this.#path;
    return this.#sys.tarWriter(this.#root.fd, path, {
      name,
      overlay: false,
      system: cleanPath(path) === '/',
    });
  }

  close(): void {
    this.#root.close();
  }
}

export interface UnpackRequest {
  readonly path: string;
  readonly noOverwriteDirNonDir: boolean;
  /** Files become those of the container's user instead of the archive's. */
  readonly copyUIDGID: boolean;
}

/**
 * Unpacks an archive in a container's directory, when no start and no other archive is on its way.
 *
 * @param called how the user named the container
 * @param receive hands the archive over, to its end
 * @throws EngineError 404 without the directory, 400 when it is none, 403 where nothing may be written
 */
export async function unpackInto(
  context: Context,
  container: Container,
  asked: UnpackRequest,
  called: string,
  receive: (extractor: LayerExtractor) => Promise<void>,
): Promise<void> {
  const { sys } = context;
  await inTurn(container, async () => {
    const root = await openToWrite(context, container);
    try {
      const found = sys.statIn(root.fd, asked.path, true);
      if (!found) {
        throw new EngineError(404, `Could not find the file ${asked.path} in container ${called}`);
      }
      if (found.type !== 'dir') throw new EngineError(400, 'extraction point is not a directory');
      refuseReadOnly(container, asked.path);
      const options: UnpackOptions = {
        below: `/${asked.path}`,
        keepKinds: asked.noOverwriteDirNonDir,
        ...ownerOf(sys, container, asked.copyUIDGID),
      };
      await receive(sys.tarExtractor(root.fd, options));
    } finally {
      root.close();
    }
  });
}

/** Of a container that is just ending, what it leaves: until its mount is gone there can be no other. */
async function openToWrite(context: Context, container: Container): Promise<Root> {
  for (;;) {
    context.containers.get(container.id); // it may have been removed meanwhile
    try {
      return openRoot(context.sys, container, 'write');
    } catch (error) {
      if (!(error instanceof ProcessGone)) throw error;
      await nextExit(context, container);
    }
  }
}

function ownerOf(sys: Sys, container: Container, own: boolean): Pick<UnpackOptions, 'owner'> {
  if (!own || container.config.User === '') return {};
  const { uid, gid } = identityOf(sys, container, container.config.User);
  return { owner: [uid, gid] };
}

function refuseReadOnly({ mounts, host }: Container, path: string): void {
  const clean = cleanPath(path);
  const [mount] = mounts
    .filter(({ Destination: at }) => clean === at || clean.startsWith(`${at}/`))
    .toSorted((a, b) => b.Destination.length - a.Destination.length);
  if (mount && !mount.RW) throw new EngineError(403, 'mounted volume is marked read-only');
  if (!mount && host.ReadonlyRootfs) {
    throw new EngineError(403, 'container rootfs is marked read-only');
  }
}
