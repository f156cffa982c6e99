import { NEVER, type ContainerConfig, type HostConfig } from '../../protocol/container.ts';
import type { EndpointsConfig } from '../../protocol/network.ts';
import { EngineError } from '../errors.ts';
import type { Image } from '../image/index.ts';
import { unknownCapability } from '../namespaces/capabilities.ts';
import { sharedWith } from '../namespaces/namespaces.ts';
import { MOUNTPOINTS } from '../rootfs/mountpoints.ts';
import { sorted } from '../sorted.ts';
import { signalNumber } from '../sys/signals.ts';
import { commandOf, LIB, libDirectory, shortId, type Container } from './container.ts';
import { emit, type Context } from './context.ts';
import { fillVolumes } from './fill.ts';
import { checkLife, mergeHealthcheck } from './life.ts';
import { checkLogConfig } from './logs/config.ts';
import { askedMounts, makeVolumes } from './mounts.ts';
import { checkName, generateName } from './names.ts';
import { draftEndpoints } from './networks/endpoints.ts';
import { settle } from './settle.ts';

/**
 * Makes a container: its configuration out of the image's and the user's, its directories. Nothing
 * runs yet.
 *
 * @throws EngineError 404 without the image, 409 when the name is taken, 400 for what cannot be.
 */
export function create(
  context: Context,
  name: string | undefined,
  asked: ContainerConfig,
  given: HostConfig,
  networking: EndpointsConfig = {},
  extra: Pick<Container, 'build'> = {},
): { readonly container: Container; readonly warnings: readonly string[] } {
  const { sys, containers } = context;
  const image = context.images.get(asked.Image);
  const { host, warnings } = settle(context, asked, given);
  const id = hexadecimal(sys.random(32));
  const config = merge(asked, image, defaultHostname(context, host.NetworkMode, id));
  check(config, host);
  const chosen = chooseName(context, name);
  const mounts = askedMounts(context, config, host);
  const directory = `${LIB}/overlay2/${id}`;
  const container: Container = {
    id,
    name: chosen,
    created: sys.timestamp(),
    image: asked.Image,
    imageId: image.id,
    chain: context.images.chain(image.configuration),
    config,
    host,
    overlay: {
      directory,
      lower: [...image.layers.map((layer) => layer.diff).reverse(), MOUNTPOINTS.diff],
      links: [...image.layers.map((layer) => layer.link).reverse(), MOUNTPOINTS.link],
    },
    state: {
      Status: 'created',
      Running: false,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 0,
      ExitCode: 0,
      Error: '',
      StartedAt: NEVER,
      FinishedAt: NEVER,
    },
    ...extra,
    mounts,
    endpoints: draftEndpoints(config, host, networking),
    published: [],
    execs: [],
    restarts: 0,
    manuallyStopped: false,
  };
  context.images.retain(id, container.chain);
  try {
    sys.mkdir(directory, 0o710, true);
    for (const part of ['diff', 'work', 'merged']) sys.mkdir(`${directory}/${part}`, 0o755);
    sys.mkdir(libDirectory(id), 0o710, true);
    container.mounts = makeVolumes(context, container);
    fillVolumes(context, container);
    containers.add(container);
  } catch (error) {
    containers.delete(container);
    context.volumes.undo(id);
    sys.removeTree(directory);
    sys.removeTree(libDirectory(id));
    context.images.release(id);
    throw error;
  }
  emit(context, container, 'create');
  return { container, warnings };
}

/** What a container is called when nobody says: itself, or what it shares its network with. */
function defaultHostname({ sys, containers }: Context, mode: string, id: string): string {
  const other = sharedWith(mode);
  if (other !== null) return containers.get(other).config.Hostname;
  return mode === 'host' ? sys.uname().nodename : shortId(id);
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexadecimal(bytes: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += BYTES[byte] ?? '';
  return text;
}

/** The image's defaults under what the user asked for, by the rules of the Dockerfile reference. */
function merge(asked: ContainerConfig, image: Image, hostname: string): ContainerConfig {
  const defaults = image.configuration.config ?? {};
  // An entry point of one's own takes the image's arguments away with the image's entry point.
  const ownEntrypoint = asked.Entrypoint !== null && asked.Entrypoint.length > 0;
  const emptied = asked.Entrypoint?.length === 1 && asked.Entrypoint[0] === '';
  const noCommand = asked.Cmd === null || asked.Cmd.length === 0;
  const stopSignal = asked.StopSignal ?? defaults.StopSignal;
  const health = mergeHealthcheck(asked.Healthcheck, defaults.Healthcheck);
  return {
    ...asked,
    Hostname: asked.Hostname === '' ? hostname : asked.Hostname,
    User: asked.User === '' ? (defaults.User ?? '') : asked.User,
    Env: mergeEnvironment(defaults.Env ?? [], asked.Env),
    Entrypoint: emptied
      ? null
      : ownEntrypoint
        ? asked.Entrypoint
        : [...(defaults.Entrypoint ?? [])],
    Cmd: noCommand && !ownEntrypoint ? [...(defaults.Cmd ?? [])] : asked.Cmd,
    WorkingDir: asked.WorkingDir === '' ? (defaults.WorkingDir ?? '') : asked.WorkingDir,
    Labels: sorted({ ...defaults.Labels, ...asked.Labels }),
    Volumes: mergeVolumes(defaults.Volumes, asked.Volumes),
    ExposedPorts: {
      ...(defaults.ExposedPorts as Record<string, Record<string, never>> | null | undefined),
      ...asked.ExposedPorts,
    },
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    ...(health === undefined ? {} : { Healthcheck: health }),
  };
}

function mergeVolumes(
  image: Readonly<Record<string, unknown>> | null | undefined,
  own: ContainerConfig['Volumes'],
): ContainerConfig['Volumes'] {
  if (!image) return own;
  const paths = [...Object.keys(image), ...Object.keys(own ?? {})];
  return Object.fromEntries(paths.map((path) => [path, {}]));
}

function mergeEnvironment(image: readonly string[], own: readonly string[]): string[] {
  const named = new Set(own.map((entry) => entry.split('=')[0]));
  return [...own, ...image.filter((entry) => !named.has(entry.split('=')[0]))];
}

function check(config: ContainerConfig, host: HostConfig): void {
  if (commandOf(config).length === 0) throw new EngineError(400, 'no command specified');
  for (const field of ['CapAdd', 'CapDrop'] as const) {
    const unknown = unknownCapability(host[field] ?? []);
    if (unknown !== undefined) {
      throw new EngineError(400, `invalid ${field}: unknown capability: "${unknown}"`);
    }
  }
  checkLogConfig(host.LogConfig);
  checkLife(config, host);
  if (config.WorkingDir !== '' && !config.WorkingDir.startsWith('/')) {
    throw new EngineError(
      400,
      `the working directory '${config.WorkingDir}' is invalid, it needs to be an absolute path`,
    );
  }
  if (config.StopSignal !== undefined && signalNumber(config.StopSignal) === null) {
    throw new EngineError(400, `Invalid signal: ${config.StopSignal}`);
  }
}

function chooseName(context: Context, name: string | undefined): string {
  const { sys, containers } = context;
  if (name === undefined || name === '') {
    return generateName(sys.random(4), (taken) => containers.named(taken) !== undefined);
  }
  return checkName(containers, name);
}
