/**
 * The engine as the checks see it: what the Engine API tells, read and kept by `watch.ts`. In the page and in
 * the tests both, the other side is a real engine behind `EngineClient`.
 */

/** The little of HTTP that a lesson needs; `Machine.request` is behind it. Paths carry no API version. */
export interface EngineClient {
  /** GET, parsed as JSON. Rejects with an Error that has `status` when the answer is not 2xx. */
  get(path: string): Promise<unknown>;
  /** GET, as it comes; null when the engine says that there is no such thing (404). */
  bytes(path: string): Promise<Uint8Array | null>;
  /**
   * GET whose body is one JSON document a line. Calls `onLine` with each line, resolves at the end of the body,
   * rejects when it cannot be opened or breaks. Aborting the signal ends it (resolve or reject, either).
   * `onOpen` is called once the answer's headers have arrived with a 2xx status.
   */
  stream(
    path: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
    onOpen: () => void,
  ): Promise<void>;
}

/** A container that exists, or that existed since the lesson began. Times are the guest's, in ms since 1970. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  /** The image as it was named at creation, such as `busybox` or `busybox:latest`. */
  readonly image: string;
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'dead' | 'removing';
  readonly exitCode: number | null;
  /** null: it was gone before anyone could look. */
  readonly tty: boolean | null;
  /** What only looking at it tells; null as with `tty`. */
  readonly details: SeenDetails | null;
  /** How often it has been started. */
  readonly starts: number;
  readonly created: number;
  readonly removed: boolean;
}

export interface SeenDetails {
  /** Of the first process, arguments joined by spaces. */
  readonly command: string;
  /** `NAME=value`, … */
  readonly env: readonly string[];
  /** `8080:80`: a port of the machine and the container's port that it leads to. */
  readonly published: readonly string[];
}

export interface SeenImage {
  readonly id: string;
  /** `busybox:latest`, … */
  readonly tags: readonly string[];
  /** Bytes. */
  readonly size: number;
}

/** A request that the daemon has answered to somebody other than this page. */
export interface SeenRequest {
  readonly method: string;
  /** Without version and query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  /** The guest's clock, ms since 1970. */
  readonly time: number;
}

/** Something that happened to a container, as `docker events` tells it. */
export interface SeenEvent {
  /** Such as `start`, `kill`, `exec_create: ls`. */
  readonly action: string;
  /** Id of the container. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly time: number;
}

/** Everything observed, at one moment; never changed after it was made. */
export interface EngineState {
  readonly containers: readonly SeenContainer[];
  readonly images: readonly SeenImage[];
  /** Since the lesson began, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Of containers, since the lesson began, oldest first. */
  readonly events: readonly SeenEvent[];
  /** What was read on behalf of checks, by the probe's key; null when there is no such thing. */
  readonly probed: Readonly<Record<string, string | null>>;
}

export const nothingSeen: EngineState = {
  containers: [],
  images: [],
  requests: [],
  events: [],
  probed: {},
};
