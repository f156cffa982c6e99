/**
 * The sandbox's own part of the API, read-only, under `/bottle`: what the kernel knows of containers and
 * Docker does not tell. The page draws from it, and `bottle ns | cgroup | layers | trace` prints it.
 */
import type { Status } from './container.ts';

/** The namespaces of namespaces(7), by their files in `/proc/PID/ns`. */
export const NAMESPACE_TYPES = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user'] as const;
export type NamespaceType = (typeof NAMESPACE_TYPES)[number];

/** What a process is for. */
export type ProcessRole =
  /** Process 1 of the machine. */
  | 'init'
  /** What the daemon and every command are forked from, and they. */
  | 'zygote'
  | 'daemon'
  | 'command'
  /** Beside each container and each exec: its terminal, its log, its exit status. */
  | 'shim'
  | 'container'
  | 'other';

/** One process, of `GET /bottle/processes`. */
export interface ProcessView {
  /** As the machine sees it. */
  readonly pid: number;
  readonly ppid: number;
  /** In each pid namespace from the machine's inwards: the last is what the process itself sees. */
  readonly pids: readonly number[];
  readonly name: string;
  /** Its arguments with spaces between them. */
  readonly command: string;
  /** One letter of proc(5): R, S, D, T, Z … */
  readonly state: string;
  readonly uid: number;
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly role: ProcessRole;
  /** The container (or the container of the exec) that it belongs to, a shim's too; null for the machine's. */
  readonly container: string | null;
  /** Inode numbers: processes with the same number are in the same namespace. */
  readonly namespaces: Readonly<Record<NamespaceType, number>>;
  /** Its control group, from the root of the tree: `/docker/<id>`. */
  readonly cgroup: string;
}

/** `GET /bottle/processes`: every process of the machine but the kernel's own threads. */
export interface ProcessesView {
  readonly processes: readonly ProcessView[];
}

/** One namespace of a container. */
export interface NamespaceView {
  readonly type: NamespaceType;
  readonly inode: number;
  /** Where it can be seen and entered: `/proc/123/ns/pid`. */
  readonly path: string;
  /** It is the machine's own. */
  readonly host: boolean;
  /** Ids of other running containers that are in it. */
  readonly sharedWith: readonly string[];
}

/** `GET /bottle/containers/{id}/namespaces`: of a container that runs. */
export interface NamespacesView {
  /** Its first process, as the machine sees it. */
  readonly pid: number;
  readonly namespaces: readonly NamespaceView[];
}

/** A limit: null for none. */
export type Limit = number | null;

/** `GET /bottle/containers/{id}/cgroup`: of a container that runs. Sizes in bytes, times in microseconds. */
export interface CgroupView {
  /** In the file system. */
  readonly path: string;
  readonly memory: {
    readonly current: number;
    readonly peak: number;
    readonly max: Limit;
    readonly low: number;
    readonly swap: number;
    readonly swapMax: Limit;
    /** How often a process was killed for want of memory. */
    readonly killed: number;
  };
  readonly cpu: {
    readonly usage: number;
    readonly user: number;
    readonly system: number;
    /** Microseconds of each period that may be used. */
    readonly quota: Limit;
    readonly period: number;
    /** Share against its neighbours', 1 to 10000, 100 by default. */
    readonly weight: number;
    readonly throttled: number;
  };
  readonly pids: {
    readonly current: number;
    readonly max: Limit;
    /** How often a fork was refused. */
    readonly refused: number;
  };
  /** Everything in it stands still (`docker pause`). */
  readonly frozen: boolean;
  /** The processes in it, as the machine sees them. */
  readonly processes: readonly number[];
}

/** What of a process stands in a picture. */
export type PictureProcess = Pick<
  ProcessView,
  'pid' | 'ppid' | 'pids' | 'name' | 'command' | 'state' | 'role' | 'container'
>;

/** What a running container uses at the moment: the part of {@link CgroupView} that never stands still. */
export interface GaugeView {
  /** The container. */
  readonly id: string;
  /** Bytes, and how often a process was killed for want of memory. */
  readonly memory: { readonly current: number; readonly killed: number };
  /** Microseconds of processor time since the start. */
  readonly cpu: { readonly usage: number };
  /** Tasks: processes and their threads. */
  readonly pids: { readonly current: number };
  /** The processes in it, as the machine sees them. */
  readonly processes: readonly number[];
}

/** Of the whole machine, in bytes (proc(5), meminfo). */
export interface MachineMemory {
  readonly total: number;
  readonly available: number;
}

/** `GET /bottle/gauges`: cheap enough to be asked once a second. */
export interface GaugesView {
  readonly time: string;
  readonly memory: MachineMemory;
  /** Of the containers that run. */
  readonly gauges: readonly GaugeView[];
}

/** One container of a picture. */
export interface ContainerPicture {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly status: Status;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** null without a health check. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  readonly started: string;
  readonly finished: string;
  /** Chain IDs of the layers below its own, from the uppermost down; '' for the engine's own. */
  readonly lower: readonly string[];
  /** null while it does not run. */
  readonly live: {
    /** Its first process, as the machine sees it. */
    readonly pid: number;
    /** Inode numbers, of its first process. */
    readonly namespaces: Readonly<Record<NamespaceType, number>>;
    /** In the file system. */
    readonly cgroup: string;
    readonly limits: {
      readonly memory: Limit;
      /** Thousandths of a processor. */
      readonly cpu: Limit;
      readonly pids: Limit;
    };
    readonly gauge: GaugeView;
  } | null;
}

/** `GET /bottle/picture`: the machine and its containers at one moment, for whoever draws them. */
export interface PictureView {
  readonly time: string;
  readonly machine: {
    readonly hostname: string;
    readonly kernel: string;
    readonly memory: MachineMemory;
    readonly namespaces: Readonly<Record<NamespaceType, number>>;
  };
  /** In the order of their creation. */
  readonly containers: readonly ContainerPicture[];
  readonly processes: readonly PictureProcess[];
}

/** One image of `GET /bottle/images`. */
export interface ImagePicture {
  readonly id: string;
  readonly tags: readonly string[];
  readonly size: number;
  /** From the lowest up: images that begin with the same chain IDs share these layers. */
  readonly layers: readonly { readonly chainId: string; readonly size: number }[];
}

export interface ImagesView {
  readonly images: readonly ImagePicture[];
}

/** What a container did to one path. */
export interface ChangeView {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'removed';
  readonly type: 'file' | 'dir' | 'symlink' | 'other';
  /** Bytes in the upper directory; 0 for what is no file. */
  readonly size: number;
  /**
   * How overlayfs did it: a new file, a copy of the whole file from a layer below for the first write to it
   * (copy-up), or a character device 0/0 that hides what is below (whiteout).
   */
  readonly means: 'new' | 'copy-up' | 'whiteout';
}

/** One layer below the container's own. */
export interface LayerView {
  /** Of an image's layer; '' for the engine's own layer of empty mount points, below all images. */
  readonly chainId: string;
  readonly path: string;
  readonly size: number;
  /** Containers that stand on it, this one included. */
  readonly containers: readonly string[];
}

/** `GET /bottle/containers/{id}/layers`. */
export interface LayersView {
  /** Where all of it appears as one, while the container runs; null otherwise. */
  readonly merged: string | null;
  readonly upper: {
    readonly path: string;
    readonly size: number;
    readonly changes: readonly ChangeView[];
    /** There are more changes than are listed. */
    readonly truncated: boolean;
  };
  /** From the uppermost down. */
  readonly lower: readonly LayerView[];
}

/** One step of `GET /bottle/containers/{id}/trace`. */
export interface TraceStep {
  readonly phase: string;
  readonly op: string;
  readonly args: readonly string[];
  /** 0: done; -1: left out, there was nothing to do it to; else errno(3). */
  readonly errno: number;
  readonly ns: number;
}

/** The steps of a container's last start, in order. */
export interface TraceView {
  readonly steps: readonly TraceStep[];
}

/** Why a signal was sent: `patience` is the SIGKILL of a `stop` whose time ran out. */
export type SignalSender = 'kill' | 'stop' | 'patience' | 'remove';

/** A signal to a container's first process, of `GET /bottle/signals`. */
export interface SignalView {
  readonly time: string;
  readonly container: string;
  readonly name: string;
  /** As the machine sees the process. */
  readonly pid: number;
  readonly number: number;
  /** `SIGTERM` */
  readonly signal: string;
  readonly sender: SignalSender;
}

/** The last signals, oldest first; with `?follow=1` instead one {@link SignalView} a line from now on. */
export interface SignalsView {
  readonly signals: readonly SignalView[];
}
