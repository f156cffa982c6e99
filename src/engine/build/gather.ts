import type { Context } from '../container/context.ts';
import type { Cancellation } from '../distribution/index.ts';
import type { Image } from '../image/store.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import type { Of } from './dockerfile/index.ts';
import { download, isUrl } from './download.ts';
import { Draft } from './draft.ts';
import type { Output } from './output.ts';
import { findSources, sourceAt, type Source, type SourceTree } from './sources.ts';
import type { StageResults } from './stage.ts';
import { openDirectory } from './tree.ts';

/** Where a COPY or an ADD may take its sources from. */
export interface Surroundings {
  readonly context: Context;
  readonly root: Fd;
  /** For files that come from elsewhere; made when needed. */
  readonly directory: string;
  readonly results: StageResults;
  readonly fetch: (name: string) => Promise<Image>;
  readonly output: Output;
  readonly signal: Cancellation;
}

/** The sources, with what has to stay open until they are copied. */
export interface Gathered {
  readonly sources: readonly Source[];
  close(): void;
}

/** Finds all sources of an instruction. Throws Docker's sentences. */
export async function gather(
  instruction: Of<'COPY'> | Of<'ADD'>,
  around: Surroundings,
): Promise<Gathered> {
  const { sys } = around.context;
  const open: (() => void)[] = [];
  const close = (): void => {
    for (const undo of open.splice(0)) undo();
  };
  try {
    const tree = await sourceTree(instruction, around, open);
    const sources: Source[] = [];
    try {
      for (const word of instruction.sources) {
        if (isUrl(word)) sources.push(await fetched(instruction, word, around, open));
        else sources.push(...findSources(sys, tree, word));
      }
      sources.push(...inline(sys, instruction, around, open));
      if (sources.length === 0) throw new Error('no source files were specified');
    } catch (error) {
      around.signal.check();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${instruction.name} failed: ${reason}`, { cause: error });
    }
    return { sources, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function sourceTree(
  instruction: Of<'COPY'> | Of<'ADD'>,
  { context, root, directory, results, fetch }: Surroundings,
  open: (() => void)[],
): Promise<SourceTree> {
  if (instruction.name === 'ADD' || instruction.from === '') return { root, context: true };
  const { from } = instruction;
  try {
    const stage = results.get(from);
    const image = stage === undefined ? await fetch(from) : stage;
    const view = new Draft(context.sys, `${directory}-image`, image?.layers ?? []);
    open.push(() => {
      view.close();
    });
    return { root: view.root, context: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`invalid from flag value ${from}: ${reason}`, { cause: error });
  }
}

/** A directory of the build's own, by its descriptor. */
function ownTree(sys: Sys, directory: string, open: (() => void)[]): SourceTree {
  sys.mkdir(directory, 0o755, true);
  const root = openDirectory(sys, directory);
  open.push(() => {
    sys.close(root);
  });
  return { root, context: false };
}

async function fetched(
  instruction: Of<'COPY'> | Of<'ADD'>,
  url: string,
  { context, directory, output, signal }: Surroundings,
  open: (() => void)[],
): Promise<Source> {
  if (instruction.name === 'COPY') throw new Error("source can't be a URL for COPY");
  const tree = ownTree(context.sys, `${directory}-url-${open.length}`, open);
  const { name, digest } = await download(
    context.sys,
    url,
    `${directory}-url-${open.length - 1}`,
    signal,
  );
  output.say('\n');
  if (name === '' && instruction.destination.endsWith('/')) {
    throw new Error(`cannot determine filename for source ${url}`);
  }
  if (instruction.checksum !== '' && instruction.checksum !== digest) {
    throw new Error(`digest mismatch ${digest}: ${instruction.checksum}`);
  }
  return sourceAt(context.sys, tree, name || '__unnamed__', true);
}

/** Files whose content stands in the Dockerfile. */
function inline(
  sys: Sys,
  { files }: Of<'COPY'> | Of<'ADD'>,
  { directory }: Surroundings,
  open: (() => void)[],
): Source[] {
  if (files.length === 0) return [];
  const tree = ownTree(sys, `${directory}-inline`, open);
  return files.map(({ name, content }) => {
    const bare = name.slice(name.lastIndexOf('/') + 1);
    sys.writeFile(`${directory}-inline/${bare}`, content, 0o644);
    return sourceAt(sys, tree, bare, true);
  });
}
