import type { Events } from '../daemon/events.ts';
import type { SignalLog } from '../observe/signals.ts';
import type { NameServer } from '../network/dns/server.ts';
import type { Ports } from '../network/ports.ts';
import type { NetworkStore } from '../network/store.ts';
import type { ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import type { VolumeStore } from '../volume/index.ts';
import type { Container } from './container.ts';
import type { Exec } from './exec.ts';
import type { Exit, ShimLink } from './shim.ts';
import type { ContainerStore } from './store.ts';

/** An attached client that came before its container was started: handed on at the start. */
export interface Waiting {
  readonly fd: number;
  readonly flags: number;
  readonly detachKeys: Uint8Array;
  readonly rest: Uint8Array;
}

/** Who watches over containers while they run (`daemon/supervisor.ts`). */
export interface Supervisor {
  /** A user starts it: what its restart policy counted is forgotten. */
  reset(container: Container): void;
  /** It runs. */
  started(container: Container): void;
  /** It runs since an earlier daemon started it. */
  resumed(container: Container): void;
  /** It was paused, or goes on. */
  paused(container: Container): void;
  /** Its process is gone. The milliseconds after which it is to be started again, or null. */
  ended(container: Container, exit: Exit): number | null;
  /** Starts it again after a while. */
  startAfter(container: Container, milliseconds: number): void;
  /** It shall not be started again by itself; one that waits for its next start is ended now. */
  cancel(container: Container): void;
}

/** What the verbs of this folder work on. One writer: the daemon's single thread. */
export interface Context {
  readonly sys: Sys;
  readonly containers: ContainerStore;
  readonly images: ImageStore;
  readonly volumes: VolumeStore;
  readonly networks: NetworkStore;
  readonly ports: Ports;
  /** Who answers running containers' questions for names, by the container's id. */
  readonly resolvers: Map<string, NameServer>;
  readonly events: Events;
  readonly signals: SignalLog;
  readonly execs: Map<string, Exec>;
  /** The shims of running containers and execs, by id. */
  readonly shims: Map<string, ShimLink>;
  readonly waiting: Map<string, Waiting[]>;
  /** Called with the exit status at the next exit of a container, then forgotten. */
  readonly exits: Map<string, ((status: number) => void)[]>;
  /** Called when a container is removed, then forgotten. */
  readonly removals: Map<string, (() => void)[]>;
  /** Containers that a user restarts: their end removes nothing. */
  readonly restarting: Set<string>;
  readonly supervisor: Supervisor;
}

/** Registers `callback` in one of the lists above. */
export function once<T>(lists: Map<string, T[]>, id: string, callback: T): void {
  lists.set(id, [...(lists.get(id) ?? []), callback]);
}

/** Takes `callback` back out of such a list. */
export function forget<T>(lists: Map<string, T[]>, id: string, callback: T): void {
  const left = (lists.get(id) ?? []).filter((each) => each !== callback);
  if (left.length > 0) lists.set(id, left);
  else lists.delete(id);
}

/** Takes a list above, emptying it. */
export function take<T>(lists: Map<string, T[]>, id: string): T[] {
  const list = lists.get(id) ?? [];
  lists.delete(id);
  return list;
}

/** Attributes that every event of a container carries. */
export function attributes(container: Container): Record<string, string> {
  return { image: container.image, name: container.name, ...container.config.Labels };
}

/** Tells the listeners what happened to a container. */
export function emit(
  context: Context,
  container: Container,
  action: string,
  extra: Record<string, string> = {},
): void {
  context.events.emit('container', action, container.id, { ...attributes(container), ...extra });
}
