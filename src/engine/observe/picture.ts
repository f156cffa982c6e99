import type {
  ContainerPicture,
  GaugesView,
  ImagesView,
  MachineMemory,
  PictureView,
} from '../../protocol/bottle.ts';
import { cgroupOf } from '../container/cgroup.ts';
import { isLive, type Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import type { Sys } from '../sys/sys.ts';
import { gauge, limitsOf } from './cgroup.ts';
import { namespacesOf, outlines } from './processes.ts';

/** The machine's own namespaces are those of its first process. */
const INIT = 1;

/** All that a drawing of the machine needs, in one look: a look for each thing would cost a request each. */
export function picture(context: Context): PictureView {
  const { sys } = context;
  const { nodename, release } = sys.uname();
  return {
    time: sys.timestamp(),
    machine: {
      hostname: nodename,
      kernel: release,
      memory: machineMemory(sys),
      namespaces: namespacesOf(sys, INIT),
    },
    containers: shown(context).map((container) => pictureOf(context, container)),
    processes: outlines(context).map(
      ({ pid, ppid, pids, name, command, state, role, container }) => ({
        pid,
        ppid,
        pids,
        name,
        command,
        state,
        role,
        container,
      }),
    ),
  };
}

/** What of the picture moves by itself. */
export function gauges(context: Context): GaugesView {
  return {
    time: context.sys.timestamp(),
    memory: machineMemory(context.sys),
    gauges: shown(context)
      .filter(isLive)
      .map((container) => gauge(context, container)),
  };
}

/** Every image with its layers. */
export function images({ images: store }: Context): ImagesView {
  return {
    images: store.list().map(({ id, tags, size, layers }) => ({
      id,
      tags,
      size,
      layers: layers.map((layer) => ({ chainId: layer.chainId, size: layer.size })),
    })),
  };
}

/** Those that `docker ps -a` knows; the containers of a build's steps come and go with it. */
const shown = ({ containers }: Context): Container[] =>
  containers
    .list()
    .filter(({ build }) => build !== true)
    .sort((a, b) => (a.created < b.created ? -1 : 1));

function pictureOf(context: Context, container: Container): ContainerPicture {
  const { id, name, image, imageId, state, overlay, chain } = container;
  const chainIds = [...chain].reverse();
  return {
    id,
    name,
    image,
    imageId,
    status: state.Status,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    health: state.Health?.Status ?? null,
    started: state.StartedAt,
    finished: state.FinishedAt,
    lower: overlay.lower.map((_, i) => chainIds[i] ?? ''),
    live: isLive(container) ? liveOf(context, container) : null,
  };
}

function liveOf(context: Context, container: Container): ContainerPicture['live'] {
  try {
    return {
      pid: container.state.Pid,
      namespaces: namespacesOf(context.sys, container.state.Pid),
      cgroup: cgroupOf(container),
      limits: limitsOf(context, container),
      gauge: gauge(context, container),
    };
  } catch {
    return null; // it has just ended, and the daemon is about to hear of it
  }
}

function machineMemory(sys: Sys): MachineMemory {
  const text = sys.readText('/proc/meminfo');
  const bytes = (line: RegExp): number => Number(line.exec(text)?.[1] ?? 0) * 1024;
  return { total: bytes(/^MemTotal:\s*(\d+)/m), available: bytes(/^MemAvailable:\s*(\d+)/m) };
}
