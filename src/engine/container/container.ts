import type { ContainerConfig, ContainerState, HostConfig } from '../../protocol/container.ts';
import type { Endpoint, Published } from '../network/endpoint.ts';
import type { Overlay } from '../rootfs/overlay.ts';
import type { UserMount } from '../volume/index.ts';

/** A container as the daemon keeps it on disk (`/var/lib/docker/containers/<id>/config.json`). */
export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without the slash that the API puts before it. */
  name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** The reference that the user gave, and the digest of the image's configuration. */
  readonly image: string;
  readonly imageId: string;
  /** The image's layers by chain ID: they stay while the container does, even when the image goes. */
  readonly chain: readonly string[];
  readonly config: ContainerConfig;
  readonly host: HostConfig;
  readonly overlay: Overlay;
  /** Volumes, binds and tmpfs of the user's and the image's. */
  mounts: readonly UserMount[];
  readonly state: ContainerState;
  /** Its places in networks, the first one first: `eth0`. */
  readonly endpoints: Endpoint[];
  /** Ports of the machine that lead to it while it runs. */
  published: Published[];
  /** Execs of it that still run. */
  readonly execs: string[];
  /** It belongs to a step of a build, and goes with it. */
  build?: true;
  /** How often its restart policy started it again since the last start by hand. */
  restarts: number;
  /** A user stopped it: `unless-stopped` leaves it alone. */
  manuallyStopped: boolean;
}

/** Where the daemon keeps what must survive a reboot. */
export const LIB = '/var/lib/docker';
/** Where it keeps what lives as long as the processes. */
export const RUN = '/run/bottle';

/** The files of a container that outlive it running. */
export const libDirectory = (id: string): string => `${LIB}/containers/${id}`;
/** The sockets and reports of a container (or an exec) that runs. */
export const runDirectory = (id: string): string => `${RUN}/containers/${id}`;
/** The json-file log. */
export const logPath = (id: string): string => `${libDirectory(id)}/${id}-json.log`;

/** The twelve digits by which users know a container. */
export const shortId = (id: string): string => id.slice(0, 12);

/** Whether it has a process and its layers are mounted: what waits for its next start counts as running, and has none. */
export const isLive = ({ state }: Container): boolean => state.Running && state.Pid > 0;

/** The words of a command: the entry point, then the arguments. */
export function commandOf(config: ContainerConfig): string[] {
  return [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
}
