/**
 * `docker build`: a Dockerfile and a context in, an image out, as Docker's classic builder does it.
 *
 *     dockerfile/   the language: instructions, expansion, scopes of ARG. Pure.
 *     metadata.ts   what ENV, CMD, LABEL … make of the configuration. Pure.
 *     builder.ts    stages and steps, and what is printed
 *     steps.ts      one step: cache, container, layer, image
 *
 * See it: `docker build .`, `docker history IMAGE`, `docker images -a`.
 */
import type { Context } from '../container/context.ts';
import { Cancellation, type Registries } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import { familiar, shortId } from '../image/index.ts';
import type { ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import { Builder } from './builder.ts';
import { BuildCache } from './cache.ts';
import { openContext, receive } from './context.ts';
import { DockerfileError, parseDockerfile, stagesUpTo } from './dockerfile/index.ts';
import { download } from './download.ts';
import type { BuildOptions } from './options.ts';
import { Output, type Sink } from './output.ts';
import { CommandFailed, type ParseCreate } from './run.ts';

export { buildOptions } from './options.ts';
export { pruneCache } from './prune.ts';
export { discardBuilds } from './recover.ts';

/** What asks for a build. */
export interface BuildRequest {
  readonly options: BuildOptions;
  /** The next piece of the body; null at its end. */
  take(): Promise<ArrayBuffer | null>;
  /** Resolves when the client has gone; asked when the body was read. */
  gone(): Promise<void>;
  readonly sink: Sink;
}

/** What a build needs of the daemon. */
export interface BuildMeans {
  readonly context: Context;
  readonly registries: () => Registries;
  readonly parseCreate: ParseCreate;
}

let builds = 0;

/**
 * Builds an image. What goes wrong before the first line is thrown, with a status; what goes wrong
 * after it is the stream's last line.
 */
export async function build(means: BuildMeans, request: BuildRequest): Promise<void> {
  const { sys, images } = means.context;
  const owner = `build number ${++builds}`;
  const scratch = `/var/lib/docker/tmp/build-${builds}-${sys.pid()}`;
  const output = new Output(request.sink, request.options.quiet);
  sys.mkdir(`${scratch}/context`, 0o700, true);
  try {
    await inScratch(means, request, output, scratch, owner);
  } catch (error) {
    if (!output.begun) throw known(error);
    const message = error instanceof Error ? error.message : String(error);
    output.fail(message, error instanceof CommandFailed ? error.code : null);
    // Foreseen errors are plain or the engine's own; the others are ours to mend.
    if (error instanceof TypeError) sys.log(`build: ${message}\n${error.stack ?? ''}`);
  } finally {
    images.release(owner);
    sys.removeTree(scratch);
    await output.flushed();
  }
}

async function inScratch(
  { context, registries, parseCreate }: BuildMeans,
  { options, take, gone }: BuildRequest,
  output: Output,
  scratch: string,
  owner: string,
): Promise<void> {
  const { sys, images } = context;
  const signal = new Cancellation();
  const directory = `${scratch}/context`;
  if (options.remote === '') await receive(sys, directory, take);
  else await receiveRemote(sys, options.remote, scratch, signal);
  const { root, dockerfile } = openContext(sys, directory, options.dockerfile);
  try {
    const file = parseDockerfile(dockerfile);
    const stages = stagesUpTo(file.stages, options.target);
    void gone().then(() => {
      signal.cancel(new Error('Build cancelled'));
    });
    const cache = cacheOf(images);
    const builder = new Builder({
      ...{ context, options, output, cache, signal, root, scratch, owner, registries, parseCreate },
    });
    const image = await builder.build(file, stages);
    if (options.quiet) output.result(`${image.id}\n`);
    else output.say(`Successfully built ${shortId(image.id)}\n`);
    for (const tag of options.tags) {
      images.tag(image, tag);
      output.say(`Successfully tagged ${familiar(tag)}\n`);
    }
  } finally {
    sys.close(root);
  }
}

/** A URL instead of a body: a Dockerfile, or a tar archive. */
async function receiveRemote(
  sys: Sys,
  url: string,
  scratch: string,
  signal: Cancellation,
): Promise<void> {
  sys.mkdir(`${scratch}/remote`, 0o700);
  try {
    const { name } = await download(sys, url, `${scratch}/remote`, signal);
    const fd = sys.open(`${scratch}/remote/${name || '__unnamed__'}`, 0);
    let at = 0;
    try {
      await receive(sys, `${scratch}/context`, () => {
        const piece = sys.pread(fd, 512 * 1024, at);
        at += piece.byteLength;
        return Promise.resolve(piece.byteLength === 0 ? null : piece);
      });
    } finally {
      sys.close(fd);
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(400, `error downloading remote context ${url}: ${reason}`);
  }
}

/** Mistakes in a Dockerfile are the user's. */
function known(error: unknown): unknown {
  return error instanceof DockerfileError ? new EngineError(400, error.message) : error;
}

const caches = new WeakMap<ImageStore, BuildCache>();

function cacheOf(images: ImageStore): BuildCache {
  const there = caches.get(images);
  if (there !== undefined) return there;
  const made = new BuildCache(images);
  caches.set(images, made);
  return made;
}
