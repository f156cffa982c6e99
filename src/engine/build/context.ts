import { EngineError } from '../errors.ts';
import { O_PATH, O_RDONLY } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import { readIgnoreFile, ignoreList } from '../patterns/ignore.ts';
import { PlainArchive } from '../tar/plain.ts';
import { joinPath } from './config.ts';
import { openDirectory, pathOf } from './tree.ts';

/** What a build may copy from, unpacked: a directory below the engine's temporary one. */
export interface BuildContext {
  readonly root: Fd;
  /** The text of the Dockerfile. */
  readonly dockerfile: string;
}

/** A Dockerfile is text that somebody typed. */
const LONGEST = 4 * 1024 * 1024;
const BLOCK = 512;

/**
 * Unpacks a body: a tar archive, or a Dockerfile alone.
 *
 * @param take asks for the next piece; null at the end
 * @throws EngineError 400 for an archive that is none or wants out
 */
export async function receive(
  sys: Sys,
  directory: string,
  take: () => Promise<ArrayBuffer | null>,
): Promise<void> {
  const head = await first(take);
  if (head.length === 0) return;
  if (!isTar(sys, head)) {
    await receiveText(sys, directory, head, take);
    return;
  }
  const root = openDirectory(sys, directory);
  try {
    const extractor = sys.tarExtractor(root, { below: null, keepKinds: false, owner: [0, 0] });
    const plain = new PlainArchive(sys);
    const write = (pieces: Iterable<ArrayBuffer | Uint8Array>): void => {
      for (const piece of pieces) extractor.write(piece);
    };
    write(plain.write(head));
    for (let piece = await take(); piece; piece = await take()) write(plain.write(piece));
    write(plain.end());
    extractor.end();
  } catch (error) {
    throw refusal(error);
  } finally {
    sys.close(root);
  }
}

/** Opens an unpacked context: finds the Dockerfile and takes away what only the builder is to see. */
export function openContext(sys: Sys, directory: string, dockerfile: string): BuildContext {
  const root = openDirectory(sys, directory);
  try {
    const path = joinPath('/', dockerfile);
    if (dockerfile.split('/').includes('..') && !isInside(dockerfile)) {
      throw new EngineError(400, `forbidden path outside the build context: ${dockerfile} ()`);
    }
    const text = readFile(sys, root, path) ?? lowerCase(sys, root, path);
    if (text === null) {
      throw new EngineError(400, `Cannot locate specified Dockerfile: ${dockerfile}`);
    }
    if (text === '') {
      throw new EngineError(400, `the Dockerfile (${dockerfile}) cannot be empty`);
    }
    const patterns = readIgnoreFile(readFile(sys, root, '/.dockerignore') ?? '');
    const { ignores } = ignoreList(patterns);
    for (const name of ['.dockerignore', path.slice(1)]) {
      if (ignores(name)) removeFile(sys, root, name);
    }
    return { root, dockerfile: text };
  } catch (error) {
    sys.close(root);
    throw error;
  }
}

/** The first block, or all when there is less. */
async function first(take: () => Promise<ArrayBuffer | null>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < BLOCK) {
    const piece = await take();
    if (piece === null) break;
    const joined = new Uint8Array(head.length + piece.byteLength);
    joined.set(head);
    joined.set(new Uint8Array(piece), head.length);
    head = joined;
  }
  return head;
}

function isTar(sys: Sys, head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true; // a tar compressed with gzip
  if (head.length < BLOCK) return false;
  const magic = sys.decode(head.subarray(257, 262));
  // An archive of nothing is two blocks of zeros.
  return magic === 'ustar' || head.subarray(0, BLOCK).every((byte) => byte === 0);
}

async function receiveText(
  sys: Sys,
  directory: string,
  head: Uint8Array,
  take: () => Promise<ArrayBuffer | null>,
): Promise<void> {
  let text = head;
  for (let piece = await take(); piece; piece = await take()) {
    if (text.length + piece.byteLength > LONGEST) {
      throw new EngineError(400, 'the body is neither a tar archive nor a Dockerfile: too long');
    }
    const joined = new Uint8Array(text.length + piece.byteLength);
    joined.set(text);
    joined.set(new Uint8Array(piece), text.length);
    text = joined;
  }
  if (text.includes(0)) throw new EngineError(400, 'archive/tar: invalid tar header');
  sys.writeFile(`${directory}/Dockerfile`, text.slice().buffer, 0o644);
}

/** What an extractor complains about is the archive's fault, except a system call's error. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof EngineError || 'syscall' in error) return error;
  return new EngineError(400, `Error processing tar file: ${error.message}`);
}

function isInside(path: string): boolean {
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return false;
  }
  return true;
}

function readFile(sys: Sys, root: Fd, path: string): string | null {
  if (sys.statIn(root, path, true)?.type !== 'file') return null;
  const fd = sys.openIn(pathOf(root), path, O_RDONLY);
  try {
    return sys.decode(sys.pread(fd, LONGEST, 0));
  } finally {
    sys.close(fd);
  }
}

/** `dockerfile` is as good as `Dockerfile` when only that is there. */
function lowerCase(sys: Sys, root: Fd, path: string): string | null {
  return path === '/Dockerfile' ? readFile(sys, root, '/dockerfile') : null;
}

function removeFile(sys: Sys, root: Fd, name: string): void {
  const found = sys.statIn(root, `/${name}`, false);
  if (found === null || found.type === 'dir') return;
  const slash = name.lastIndexOf('/');
  const parent = sys.openIn(pathOf(root), `/${name.slice(0, Math.max(slash, 0))}`, O_PATH);
  try {
    sys.unlink(`${pathOf(parent)}/${name.slice(slash + 1)}`);
  } finally {
    sys.close(parent);
  }
}
