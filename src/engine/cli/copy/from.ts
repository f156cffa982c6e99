import { Failure, errnoName, sentence } from '../failure.ts';
import { humanSize } from '../format/units.ts';
import { O_DIRECTORY, O_PATH } from '../../sys/fcntl.ts';
import { pathStat, type Copy } from './common.ts';
import { absolute, place, saysDirectory, split, type Side } from './paths.ts';
import type { Cli } from '../command.ts';

/** Copies out of a container: into a local path, or as a tar to standard output (`-`). */
export async function copyFrom(cli: Cli, from: Side, to: string, copy: Copy): Promise<number> {
  const path = to === '-' ? '-' : absolute(cli.cwd, to);
  if (path !== '-') checkOutput(cli, path);
  let source = from.path;
  let rename = '';
  if (copy.followLink) {
    const { stat } = await pathStat(cli, from);
    if (stat?.linkTarget) {
      // What the link leads to is copied under the link's name.
      rename = split(source).base;
      source = stat.linkTarget;
    }
  }
  const reply = await cli.client.request('GET', copy.url(from.container), {
    query: { path: source },
  });
  if (path === '-') {
    for await (const piece of reply.body()) await cli.sys.write(1, piece);
    return 0;
  }
  const header = reply.header('x-docker-container-path-stat');
  const stat = JSON.parse(cli.sys.decode(cli.sys.fromBase64(header))) as { readonly mode: number };
  // The highest bit of Go's file mode.
  const isDirectory = stat.mode >= 0x80000000;
  const size = await unpack(cli, reply.body(), {
    isDirectory,
    base: split(source).base,
    rename,
    path,
  });
  if (!copy.quiet) await cli.err(`Successfully copied ${humanSize(size, 3)} to ${path}\n`);
  return 0;
}

interface Unpacked {
  readonly isDirectory: boolean;
  /** The name of the archive's entry. */
  readonly base: string;
  /** The name that it gets in a directory; '' for its own. */
  readonly rename: string;
  readonly path: string;
}

/** Resolves to the length of the archive, in bytes. */
async function unpack(
  cli: Cli,
  pieces: AsyncIterable<ArrayBuffer>,
  { isDirectory, base, rename, path }: Unpacked,
): Promise<number> {
  const { sys } = cli;
  const there = sys.stat(path);
  let where;
  try {
    where = place(isDirectory, {
      path,
      exists: there !== null,
      isDirectory: there?.type === 'dir',
    });
  } catch (error) {
    throw new Failure(sentence(error));
  }
  const name = where.name ?? rename;
  let root;
  try {
    root = sys.open(where.directory, O_PATH | O_DIRECTORY);
  } catch (error) {
    throw new Failure(sentence(error));
  }
  let size = 0;
  try {
    const extractor = sys.tarExtractor(root, {
      below: null,
      keepKinds: true,
      owner: null,
      ...(name === '' ? {} : { prefix: name, strip: base !== '.' && base !== '' }),
    });
    for await (const piece of pieces) {
      size += piece.byteLength;
      extractor.write(piece);
    }
    extractor.end();
  } catch (error) {
    if (errnoName(error) === '' && !(error instanceof Error)) throw error;
    throw new Failure(sentence(error));
  } finally {
    sys.close(root);
  }
  return size;
}

function checkOutput(cli: Cli, path: string): void {
  const { directory } = split(path);
  if (!cli.sys.stat(directory)) {
    throw new Failure(`invalid output path: directory "${directory}" does not exist`);
  }
  const there = cli.sys.stat(path);
  if (there && there.type !== 'dir' && there.type !== 'file') {
    throw new Failure(`invalid output path: "${path}" must be a directory or a regular file`);
  }
  if (there?.type === 'file' && saysDirectory(path)) throw new Failure('not a directory');
}
