import { Failure, errnoName, sentence } from '../failure.ts';
import { humanSize } from '../format/units.ts';
import { O_DIRECTORY, O_PATH } from '../../sys/fcntl.ts';
import { pathStat, type Copy } from './common.ts';
import { absolute, place, split, type Destination, type Side } from './paths.ts';
import type { Cli } from '../command.ts';

/** How much of a tree is packed at a time, in bytes. */
const PIECE = 256 * 1024;

/** Copies into a container: a local path, or the tar at standard input (`-`). */
export async function copyTo(cli: Cli, from: string, to: Side, copy: Copy): Promise<number> {
  const destination = await findDestination(cli, to);
  let pieces: AsyncIterable<ArrayBuffer>;
  let { path } = destination;
  let size = 0;
  if (from === '-') {
    if (!destination.isDirectory) {
      throw new Failure(`destination "${to.container}:${to.path}" must be a directory`);
    }
    pieces = readInput(cli);
  } else {
    const source = findSource(cli, absolute(cli.cwd, from), copy.followLink);
    let where;
    try {
      where = place(source.isDirectory, destination);
    } catch (error) {
      throw new Failure(sentence(error));
    }
    path = where.directory;
    pieces = pack(cli, source, where.name ?? source.base, (bytes) => {
      size += bytes;
    });
  }
  await cli.client.upload('PUT', copy.url(to.container), pieces, {
    query: { path, noOverwriteDirNonDir: 'true', copyUIDGID: copy.archive ? 'true' : '' },
  });
  if (!copy.quiet) {
    const place = `${to.container}:${destination.path}`;
    await cli.err(`Successfully copied ${humanSize(size, 3)} to ${place}\n`);
  }
  return 0;
}

async function findDestination(cli: Cli, to: Side): Promise<Destination> {
  let { path } = to;
  let { stat } = await pathStat(cli, to);
  if (stat?.linkTarget) {
    path = stat.linkTarget;
    ({ stat } = await pathStat(cli, { ...to, path }));
  }
  if (!stat) return { path, exists: false, isDirectory: false };
  const isDirectory = stat.mode >= 0x80000000;
  // Devices, pipes and sockets, in Go's bits.
  const special = Math.floor(stat.mode / 0x01000000) & 0x07;
  if (!isDirectory && special !== 0) {
    throw new Failure(
      `destination "${to.container}:${to.path}" must be a directory or a regular file`,
    );
  }
  return { path, exists: true, isDirectory };
}

interface Source {
  /** Without a slash at its end. */
  readonly path: string;
  /** The name that was typed: that of a link, although what it leads to is copied. */
  readonly base: string;
  readonly isDirectory: boolean;
}

function findSource(cli: Cli, path: string, followLink: boolean): Source {
  const follow = followLink || /\/\.?$/.test(path);
  const found = follow ? cli.sys.stat(path) : cli.sys.lstat(path);
  const { base } = split(path);
  if (!found)
    throw new Failure(`lstat ${path.replace(/(?<=.)\/+$/, '')}: no such file or directory`);
  return {
    path: follow ? `${path}${found.type === 'dir' ? '/.' : ''}` : path,
    base,
    isDirectory: found.type === 'dir',
  };
}

async function* pack(
  cli: Cli,
  source: Source,
  name: string,
  count: (bytes: number) => void,
): AsyncGenerator<ArrayBuffer> {
  const { sys } = cli;
  const { directory, base } = split(source.path);
  let root;
  try {
    root = sys.open(directory, O_PATH | O_DIRECTORY);
    const tar = sys.tarWriter(root, base, { name, overlay: false, system: false });
    for (let piece = tar.read(PIECE); piece.byteLength > 0; piece = tar.read(PIECE)) {
      count(piece.byteLength);
      yield piece;
    }
    tar.close();
  } catch (error) {
    if (errnoName(error) === '') throw error;
    throw new Failure(sentence(error));
  } finally {
    if (root !== undefined) sys.close(root);
  }
}

async function* readInput(cli: Cli): AsyncGenerator<ArrayBuffer> {
  for (;;) {
    const data = await cli.sys.read(0, PIECE);
    if (data.byteLength === 0) return;
    yield data;
  }
}
