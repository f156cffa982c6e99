import {
  ignoreList,
  readIgnoreFile,
  withBuildFiles,
  type IgnoreList,
} from '../../patterns/ignore.ts';
import { resolve } from '../create/mounts.ts';
import { Failure, errnoName, sentence } from '../failure.ts';
import { tarFile } from './tar.ts';
import type { Cli } from '../command.ts';
import { O_DIRECTORY, O_PATH } from '../../sys/fcntl.ts';
import type { Sys } from '../../sys/sys.ts';

/** What a build is sent: the archive piece by piece, and where in it the Dockerfile is. */
export interface ContextToSend {
  readonly dockerfile: string;
  readonly pieces: AsyncIterable<ArrayBuffer>;
}

/** How much is packed or read at a time, in bytes. */
const PIECE = 256 * 1024;

const bad = (reason: string): Failure => new Failure(`unable to prepare context: ${reason}`);

/** The context of `docker build PATH`. */
export async function directoryContext(
  cli: Cli,
  asked: string,
  file: string,
): Promise<ContextToSend> {
  const { sys } = cli;
  const directory = realPath(sys, resolve(cli.cwd, asked));
  if (sys.stat(directory)?.type !== 'dir') throw bad(`context must be a directory: ${directory}`);
  const text = file === '-' ? await readAll(cli) : null;
  const found = text === null ? findDockerfile(cli, directory, file) : null;
  const outside = found !== null && found.startsWith('../');
  const own = text ?? (outside ? readDockerfile(sys, resolve(cli.cwd, file)) : null);
  const ignoreFile = `${directory}/.dockerignore`;
  const ignored = sys.stat(ignoreFile)?.type === 'file' ? sys.readText(ignoreFile) : null;
  const patterns = readIgnoreFile(ignored ?? '');
  const rules = listOf(withBuildFiles(patterns, own === null ? (found ?? '') : ''));
  const skip = rules.empty ? [] : ignoredBelow(sys, directory, rules);
  if (own === null) {
    return { dockerfile: found ?? '', pieces: packed(sys, directory, skip, []) };
  }
  // A Dockerfile from elsewhere goes along under a name that nothing has, and no COPY sees it.
  const name = `.dockerfile.${hex(sys.random(10))}`;
  const extra = [
    tarFile(sys, name, sys.encode(own)),
    tarFile(sys, '.dockerignore', sys.encode(`${ignored ?? '.dockerignore'}\n${name}\n`)),
  ];
  return { dockerfile: name, pieces: packed(sys, directory, [...skip, '.dockerignore'], extra) };
}

/** The context of `docker build -`: an archive as it is, or a Dockerfile alone. */
export async function inputContext(cli: Cli, file: string): Promise<ContextToSend> {
  const { sys } = cli;
  const head = await firstBlock(cli);
  if (isArchive(sys, head)) {
    return { dockerfile: file, pieces: input(cli, head) };
  }
  if (file !== '') {
    throw bad('ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles');
  }
  const pieces: ArrayBuffer[] = [];
  for await (const piece of input(cli, head)) pieces.push(piece);
  const entry = tarFile(sys, 'Dockerfile', joined(pieces));
  return { dockerfile: 'Dockerfile', pieces: given([entry, new ArrayBuffer(2 * BLOCK)]) };
}

/** Where the Dockerfile is, seen from the context; `../…` when it is outside. */
function findDockerfile({ sys, cwd }: Cli, directory: string, file: string): string {
  let path = file === '' ? `${directory}/Dockerfile` : resolve(cwd, file);
  // To be nice: `dockerfile`, when only that is there.
  if (file === '' && !sys.lstat(path) && sys.lstat(`${directory}/dockerfile`)) {
    path = `${directory}/dockerfile`;
  }
  if (!sys.stat(path)) {
    throw bad(
      `unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
    );
  }
  const real = realPath(sys, path);
  return real.startsWith(`${directory === '/' ? '' : directory}/`)
    ? real.slice(directory === '/' ? 1 : directory.length + 1)
    : `../${real}`;
}

function readDockerfile(sys: Sys, path: string): string {
  try {
    return sys.readText(path);
  } catch (error) {
    throw new Failure(`unable to open Dockerfile: ${sentence(error)}`);
  }
}

/** Without symbolic links: what the kernel calls it. */
function realPath(sys: Sys, path: string): string {
  const fd = sys.open(path, O_PATH);
  try {
    return sys.readlink(`/proc/self/fd/${fd}`);
  } finally {
    sys.close(fd);
  }
}

function listOf(patterns: readonly string[]): IgnoreList {
  try {
    return ignoreList(patterns);
  } catch (error) {
    throw new Failure(`error checking context: ${sentence(error)}`);
  }
}

/** The uppermost names that stay out, so that packing need not look at what is below them. */
function ignoredBelow(sys: Sys, directory: string, rules: IgnoreList, above = ''): string[] {
  return sys.readdir(above === '' ? directory : `${directory}/${above}`).flatMap((entry) => {
    const name = above === '' ? entry.name : `${above}/${entry.name}`;
    const out = rules.ignores(name);
    if (entry.type !== 'dir') return out ? [name] : [];
    if (!out) return ignoredBelow(sys, directory, rules, name);
    if (rules.final) return [name];
    return comesBack(sys, directory, rules, name)
      ? ignoredBelow(sys, directory, rules, name)
      : [name];
  });
}

/** Whether an exception brings something below a directory back. */
function comesBack(sys: Sys, directory: string, rules: IgnoreList, above: string): boolean {
  return sys.readdir(`${directory}/${above}`).some(({ name, type }) => {
    const path = `${above}/${name}`;
    return !rules.ignores(path) || (type === 'dir' && comesBack(sys, directory, rules, path));
  });
}

async function* packed(
  sys: Sys,
  directory: string,
  skip: readonly string[],
  extra: readonly ArrayBuffer[],
): AsyncGenerator<ArrayBuffer> {
  yield* extra;
  const root = sys.open(directory, O_PATH | O_DIRECTORY);
  try {
    const options = { name: null, overlay: false, system: false, owner: [0, 0], skip } as const;
    const writer = sys.tarWriter(root, '/', options);
    for (;;) {
      const piece = writer.read(PIECE);
      if (piece.byteLength > 0) yield piece;
      if (piece.byteLength < PIECE) break;
    }
    writer.close();
  } catch (error) {
    if (errnoName(error) !== 'EACCES') throw error;
    const path = error instanceof Error && 'path' in error ? String(error.path) : '';
    throw new Failure(
      `error checking context: no permission to read from '${directory}/${path.replace(/\/$/, '')}'`,
    );
  } finally {
    sys.close(root);
  }
}

const BLOCK = 512;

async function firstBlock(cli: Cli): Promise<ArrayBuffer> {
  const pieces: ArrayBuffer[] = [];
  let size = 0;
  while (size < BLOCK) {
    const piece = await cli.sys.read(0, PIECE);
    if (piece.byteLength === 0) break;
    pieces.push(piece);
    size += piece.byteLength;
  }
  return joined(pieces);
}

function isArchive(sys: Sys, head: ArrayBuffer): boolean {
  const bytes = new Uint8Array(head);
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return compressed || (bytes.length >= BLOCK && sys.decode(bytes.subarray(257, 262)) === 'ustar');
}

async function* input(cli: Cli, head: ArrayBuffer): AsyncGenerator<ArrayBuffer> {
  if (head.byteLength > 0) yield head;
  for (;;) {
    const piece = await cli.sys.read(0, PIECE);
    if (piece.byteLength === 0) return;
    yield piece;
  }
}

async function readAll(cli: Cli): Promise<string> {
  const pieces: ArrayBuffer[] = [];
  for await (const piece of input(cli, new ArrayBuffer(0))) pieces.push(piece);
  return cli.sys.decode(joined(pieces));
}

async function* given(pieces: readonly ArrayBuffer[]): AsyncGenerator<ArrayBuffer> {
  yield* pieces;
}

function joined(pieces: readonly ArrayBuffer[]): ArrayBuffer {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(new Uint8Array(piece), at);
    at += piece.byteLength;
  }
  return whole.buffer;
}

function hex(data: ArrayBuffer): string {
  return Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
