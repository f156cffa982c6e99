import { unixSeconds } from '../daemon/clock.ts';
import { mergedPath, upperPath } from '../rootfs/overlay.ts';
import { sharedWith } from '../namespaces/namespaces.ts';
import { shown } from '../volume/index.ts';
import { commandOf, libDirectory, logPath, type Container } from './container.ts';
import type { Context } from './context.ts';
import { networkSettings, placesOf, portSummary } from './networks/describe.ts';
import { networkOf } from './networks/endpoints.ts';

/** How the API shows containers: a line of the list, and the whole of `inspect`. */

const NEVER_PREFIX = '0001';

/** `Up 2 minutes`, `Exited (0) 3 seconds ago`: `now` in seconds since the epoch. */
function statusLine({ state }: Container, now: number): string {
  const since = (time: string): string => duration(now - unixSeconds(time));
  if (state.Paused) return `Up ${since(state.StartedAt)} (Paused)`;
  if (state.Restarting) {
    return `Restarting (${String(state.ExitCode)}) ${since(state.FinishedAt)} ago`;
  }
  if (state.Running) {
    const up = `Up ${since(state.StartedAt)}`;
    const health = state.Health?.Status;
    if (health === undefined) return up;
    return `${up} (${health === 'starting' ? 'health: starting' : health})`;
  }
  if (state.Status === 'removing') return 'Removal In Progress';
  if (state.Status === 'dead') return 'Dead';
  if (state.StartedAt.startsWith(NEVER_PREFIX)) return 'Created';
  return `Exited (${String(state.ExitCode)}) ${since(state.FinishedAt)} ago`;
}

/** A span in words, by the thresholds of Docker's `units.HumanDuration`. */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(seconds / 3600);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${String(seconds)} seconds`;
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${String(minutes)} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${String(hours)} hours`;
  if (hours < 24 * 7 * 2) return `${String(Math.floor(hours / 24))} days`;
  if (hours < 24 * 30 * 2) return `${String(Math.floor(hours / 24 / 7))} weeks`;
  if (hours < 24 * 365 * 2) return `${String(Math.floor(hours / 24 / 30))} months`;
  return `${String(Math.floor(hours / 24 / 365))} years`;
}

/**
 * How lists name containers' images: as at the creation, or by ID once that name means another image, or none. Each
 * name is looked up once.
 */
export function imageNames({ images }: Context): (container: Container) => string {
  const meant = new Map<string, string | null>();
  return ({ image, imageId }) => {
    let id = meant.get(image);
    if (id === undefined) {
      id = idOf(images, image);
      meant.set(image, id);
    }
    return id === imageId ? image : imageId;
  };
}

/** The image that a name means; null for none, and for the beginning of several IDs. */
function idOf(images: Context['images'], name: string): string | null {
  try {
    return images.find(name)?.id ?? null;
  } catch {
    return null;
  }
}

/** One entry of `GET /containers/json`; `imageName` is {@link imageNames}'. */
export function summary(
  context: Context,
  container: Container,
  now: number,
  imageName: (container: Container) => string,
): Record<string, unknown> {
  const { id, name, imageId, config, created, state } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: imageName(container),
    ImageID: imageId,
    Command: commandLine(commandOf(config)),
    Created: unixSeconds(created),
    Ports: portSummary(container),
    Labels: config.Labels,
    State: state.Status,
    Status: statusLine(container, now),
    HostConfig: { NetworkMode: networkOf(container.host.NetworkMode) },
    NetworkSettings: { Networks: placesOf(context, container) },
    Mounts: container.mounts.map(shown),
  };
}

/** A command as the list shows it: what has a space in it stands in quotes. */
function commandLine([path = '', ...args]: readonly string[]): string {
  return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

/** `GET /containers/{id}/json`. */
export function inspect(context: Context, container: Container): Record<string, unknown> {
  const { id, name, image, imageId, config, host, created, state, overlay } = container;
  const command = commandOf(config);
  const directory = libDirectory(sharedWith(host.NetworkMode) ?? id);
  return {
    Id: id,
    Created: created,
    Path: command[0] ?? '',
    Args: command.slice(1),
    State: state,
    Image: imageId,
    ResolvConfPath: `${directory}/resolv.conf`,
    HostnamePath: `${directory}/hostname`,
    HostsPath: `${directory}/hosts`,
    LogPath: host.LogConfig.Type === 'json-file' ? logPath(id) : '',
    Name: `/${name}`,
    RestartCount: container.restarts,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execs.length > 0 ? container.execs : null,
    HostConfig: { ...host, NetworkMode: networkOf(host.NetworkMode) },
    GraphDriver: {
      Name: 'overlay2',
      Data: {
        ID: id,
        LowerDir: overlay.lower.join(':'),
        MergedDir: mergedPath(overlay),
        UpperDir: upperPath(overlay),
        WorkDir: `${overlay.directory}/work`,
      },
    },
    Mounts: container.mounts.map(shown),
    Config: { ...config, Image: image },
    NetworkSettings: networkSettings(context, container),
  };
}
