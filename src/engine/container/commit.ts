import { change, workingDirectory } from '../build/metadata.ts';
import { environmentOf, type RunConfig } from '../build/config.ts';
import { DockerfileError, parseInstruction } from '../build/dockerfile/index.ts';
import { resolve } from '../build/resolve.ts';
import { EngineError } from '../errors.ts';
import type { ImageConfiguration } from '../image/configuration.ts';
import { familiar, type Image } from '../image/index.ts';
import type { Reference } from '../image/index.ts';
import { commandOf, type Container } from './container.ts';
import { emit, type Context } from './context.ts';
import { layerTar } from './export.ts';
import { pause, thaw } from './pause.ts';

export interface CommitRequest {
  readonly name: Reference | null;
  readonly author: string;
  readonly comment: string;
  /** Freeze its processes meanwhile. */
  readonly pause: boolean;
  /** Dockerfile instructions. */
  readonly changes: readonly string[];
  /** The container's configuration is replaced by this where it says something. */
  readonly config?: RunConfig;
}

/** How much is packed at a time, in bytes. */
const PIECE = 256 * 1024;

/**
 * Makes an image of a container: its own layer on top of its image's.
 * @throws EngineError 400 for a change that cannot be.
 */
export async function commit(
  context: Context,
  container: Container,
  asked: CommitRequest,
): Promise<Image> {
  const parent = context.images.byId(container.imageId);
  const config = applyChanges(
    { ...parent?.configuration.config, ...configOf(container), ...asked.config },
    asked.changes,
  );
  const freeze = asked.pause && container.state.Running && !container.state.Paused;
  if (freeze) pause(context, container);
  try {
    return await makeImage(context, container, asked, config);
  } finally {
    if (freeze && container.state.Paused) thaw(context, container);
  }
}

async function makeImage(
  context: Context,
  container: Container,
  asked: CommitRequest,
  config: RunConfig,
): Promise<Image> {
  const { sys, images } = context;
  const parent = images.get(container.imageId);
  const chain = container.chain;
  const draft = images.layers.begin(Number.MAX_SAFE_INTEGER, true);
  let layer;
  try {
    const tar = layerTar(sys, container);
    try {
      for (let piece = tar.read(PIECE); piece.byteLength > 0; piece = tar.read(PIECE)) {
        draft.extractor.write(piece);
        await breathe(context);
      }
    } finally {
      tar.close();
    }
    layer = draft.extractor.end();
  } catch (error) {
    draft.abandon();
    throw error;
  }
  const empty = layer.entries === 0;
  const created = sys.timestamp();
  const before = parent.configuration.rootfs.diff_ids;
  const configuration: ImageConfiguration & { readonly container: string } = {
    architecture: parent.configuration.architecture,
    os: 'linux',
    ...(parent.configuration.variant === undefined
      ? {}
      : { variant: parent.configuration.variant }),
    created,
    ...(asked.author === '' ? {} : { author: asked.author }),
    ...(asked.comment === '' ? {} : { comment: asked.comment }),
    container: container.id,
    config,
    rootfs: {
      type: 'layers',
      diff_ids: empty ? before : [...before, `sha256:${layer.digest}`],
    },
    history: [
      ...(parent.configuration.history ?? []),
      {
        created,
        ...(asked.author === '' ? {} : { author: asked.author }),
        created_by: commandOf(container.config).join(' '),
        ...(asked.comment === '' ? {} : { comment: asked.comment }),
        ...(empty ? { empty_layer: true } : {}),
      },
    ],
  };
  const chainIds = images.chain(configuration);
  const top = chainIds.at(-1);
  if (empty || top === undefined) draft.abandon();
  else draft.commit(top, chain, layer.size);
  const image = images.add(JSON.stringify(configuration), asked.name ? [asked.name] : [], {
    parent: parent.id,
  });
  const reference = asked.name ? familiar(asked.name) : '';
  emit(context, container, 'commit', {
    comment: asked.comment,
    imageID: image.id,
    imageRef: reference,
  });
  if (asked.name) images.emit('tag', image.id, reference);
  return image;
}

/** Lets the daemon answer others between two pieces. */
function breathe({ sys }: Context): Promise<void> {
  return new Promise((resume) => {
    sys.setTimer(0, resume);
  });
}

/** What an image of the container would run: what the user said at its creation counts. */
function configOf({ config }: Container): RunConfig {
  const { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels } = config;
  const { OnBuild, StopSignal } = config;
  return {
    ...(User === '' ? {} : { User }),
    ...(ExposedPorts && Object.keys(ExposedPorts).length > 0 ? { ExposedPorts } : {}),
    Env,
    ...(Entrypoint && Entrypoint.length > 0 ? { Entrypoint } : {}),
    ...(Cmd && Cmd.length > 0 ? { Cmd } : {}),
    ...(Volumes && Object.keys(Volumes).length > 0 ? { Volumes } : {}),
    ...(WorkingDir === '' ? {} : { WorkingDir }),
    Labels,
    ...(OnBuild && OnBuild.length > 0 ? { OnBuild } : {}),
    ...(StopSignal === undefined ? {} : { StopSignal }),
  };
}

const CHANGES =
  /^(CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|ONBUILD|STOPSIGNAL|USER|VOLUME|WORKDIR)$/;

/**
 * The configuration after Dockerfile instructions, as `-c` of commit and import gives them.
 * @throws EngineError 400
 */
export function applyChanges(config: RunConfig, instructions: readonly string[]): RunConfig {
  let result = config;
  for (const text of instructions) {
    const word = /^\s*(\S*)/.exec(text)?.[1] ?? '';
    if (!CHANGES.test(word.toUpperCase())) {
      throw new EngineError(400, `${word} is not a valid change command`);
    }
    try {
      const { instruction, escape } = parseInstruction(text);
      const resolved = resolve(instruction, environmentOf(result), escape);
      result =
        resolved.name === 'WORKDIR'
          ? { ...result, WorkingDir: workingDirectory(result, resolved.path) }
          : (change(result, resolved, true)?.config ?? result);
    } catch (error) {
      if (!(error instanceof DockerfileError) && !(error instanceof Error)) throw error;
      throw new EngineError(400, error.message);
    }
  }
  return result;
}
