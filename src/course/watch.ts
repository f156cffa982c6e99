/**
 * Keeps an `EngineState` true: two streams say that something happened (`/events`, `/bottle/requests`), and what is
 * stale is asked for again. Nothing is asked on a timer; the only one waits before a broken stream is opened again.
 *
 * See it yourself: `curl --unix-socket /var/run/docker.sock 'http://d/events'`, `…/bottle/requests?follow=1`.
 */
import { nothingSeen } from './engine.ts';
import type { EngineClient, EngineState, SeenContainer } from './engine.ts';
import { follow, pause, waitAfter } from './follow.ts';
import type { Probe } from './probe.ts';
import { containerInspect, containerList, event, imageList, requestLine } from './shapes.ts';
import type { EngineEvent } from './shapes.ts';

export interface WatchListener {
  /** Called after each change with the state; it is the same object until the next call. */
  changed(state: EngineState): void;
  /** null: the engine can be seen (again). */
  problem(detail: string | null): void;
  /** What is to be read now, beside the lists; asked again whenever something has happened. */
  probes(state: EngineState): readonly Probe[];
}

export class EngineWatch {
  readonly #client: EngineClient;
  readonly #listener: WatchListener;
  readonly #stop = new AbortController();
  readonly #containers = new Map<string, SeenContainer>();
  /** Containers whose record is older than an event about them. */
  readonly #stale = new Set<string>();
  #state = nothingSeen;
  #listStale = true;
  #imagesStale = true;
  #probesStale = true;
  #refreshing: Promise<void> | null = null;
  readonly #problems = new Map<string, string>();

  constructor(client: EngineClient, listener: WatchListener) {
    this.#client = client;
    this.#listener = listener;
  }

  /** Resolves once the state has been read for the first time (or `stop` was called). */
  async start(): Promise<void> {
    void this.#follow('/events', (line) => {
      this.#onEvent(event.parse(JSON.parse(line)));
    });
    void this.#follow('/bottle/requests?follow=1', (line) => {
      const { client, request } = requestLine.parse(JSON.parse(line));
      // What this page asks, the reading below included, is no deed of the learner's.
      if (client === 'page') return;
      this.#state = { ...this.#state, requests: [...this.#state.requests, request] };
      this.#publish();
      this.look();
    });
    await this.#refresh();
  }

  /** Reads again what the checks want read, if they want anything. */
  look(): void {
    if (this.#listener.probes(this.#state).length === 0) return;
    this.#probesStale = true;
    void this.#refresh();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** A stream for as long as the watch lasts; after each break everything may have changed. */
  #follow(path: string, onLine: (line: string) => void): Promise<void> {
    return follow(
      this.#client,
      path,
      {
        onLine,
        onOpen: () => {
          this.#report(path, null);
        },
        onProblem: (error) => {
          this.#report(path, messageOf(error));
        },
        onAgain: () => {
          this.#listStale = true;
          this.#imagesStale = true;
          void this.#refresh();
        },
      },
      this.#stop.signal,
    );
  }

  #onEvent({ type, action, id, attributes, time }: EngineEvent): void {
    if (type === 'image') this.#imagesStale = true;
    else if (type !== 'container') return;
    else {
      const seen = { action, id, attributes, time };
      this.#state = { ...this.#state, events: [...this.#state.events, seen] };
      const known = this.#containers.get(id) ?? {
        id,
        name: attributes['name'] ?? '',
        image: attributes['image'] ?? '',
        status: 'created',
        exitCode: null,
        tty: null,
        details: null,
        starts: 0,
        created: time,
        removed: false,
      };
      this.#containers.set(id, { ...known, ...eventSays(action, attributes, known) });
      if (!action.startsWith('exec_')) this.#stale.add(id);
    }
    this.#probesStale = true;
    this.#publish();
    void this.#refresh();
  }

  /** Asks for what is stale until nothing is. One at a time: a call during one joins it. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#readStale();
    return this.#refreshing;
  }

  async #readStale(): Promise<void> {
    // Else the promise below would be forgotten before `#refresh` has kept it.
    await Promise.resolve();
    for (let failures = 0; this.#isStale();) {
      try {
        await this.#readOnce();
        this.#report('state', null);
        this.#publish();
        failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#report('state', messageOf(error));
        // Everything again: it is not known which half of the reading is true.
        this.#listStale = true;
        this.#imagesStale = true;
        this.#probesStale = true;
        await pause(waitAfter(failures), this.#stop.signal);
        failures++;
      }
    }
    // At once with finding nothing stale: a later event begins a reading of its own.
    this.#refreshing = null;
  }

  #isStale(): boolean {
    if (this.#stop.signal.aborted) return false;
    return this.#listStale || this.#imagesStale || this.#probesStale || this.#stale.size > 0;
  }

  async #readOnce(): Promise<void> {
    if (this.#imagesStale) {
      this.#imagesStale = false;
      const images = imageList.parse(await this.#client.get('/images/json'));
      this.#state = { ...this.#state, images };
    }
    if (this.#listStale) {
      this.#listStale = false;
      const listed = containerList.parse(await this.#client.get('/containers/json?all=1'));
      const there = new Set(listed.map((container) => container.Id));
      for (const [id, container] of this.#containers) {
        if (!there.has(id)) this.#containers.set(id, { ...container, removed: true });
      }
      for (const id of there) this.#stale.add(id);
    }
    for (const id of [...this.#stale]) {
      this.#stale.delete(id);
      await this.#inspect(id);
    }
    // Last: which container is meant depends on what was read above.
    if (!this.#probesStale) return;
    this.#probesStale = false;
    for (const probe of this.#listener.probes(this.#current())) await this.#probe(probe);
  }

  async #probe({ key, path, read }: Probe): Promise<void> {
    const body = await this.#client.bytes(path);
    const found = body === null ? null : read(body);
    this.#state = { ...this.#state, probed: { ...this.#state.probed, [key]: found } };
  }

  async #inspect(id: string): Promise<void> {
    let answer: unknown;
    try {
      answer = await this.#client.get(`/containers/${id}/json`);
    } catch (error) {
      // Gone between the event and the question (`--rm`): what the events said of it stays.
      if (statusOf(error) !== 404) throw error;
      const known = this.#containers.get(id);
      if (known !== undefined) this.#containers.set(id, { ...known, removed: true });
      return;
    }
    const seen = containerInspect.parse(answer);
    const known = this.#containers.get(id);
    // Starts are counted as they are heard of: an answer may be ahead of its event.
    const { removed, starts } = known ?? seen;
    this.#containers.set(id, { ...seen, removed, starts });
  }

  /** The listener hears of the oldest problem that is left, of whatever source. */
  #report(source: string, detail: string | null): void {
    if (detail === null && !this.#problems.delete(source)) return;
    if (detail !== null) this.#problems.set(source, `${source}: ${detail}`);
    this.#listener.problem([...this.#problems.values()][0] ?? null);
  }

  #publish(): void {
    if (this.#stop.signal.aborted) return;
    this.#listener.changed(this.#current());
  }

  #current(): EngineState {
    const containers = [...this.#containers.values()].sort((a, b) => a.created - b.created);
    this.#state = { ...this.#state, containers };
    return this.#state;
  }
}

/** What an event tells by itself, so that a container that is gone at once is still known. */
function eventSays(
  action: string,
  attributes: Readonly<Record<string, string>>,
  { starts }: SeenContainer,
): Partial<SeenContainer> {
  switch (action) {
    case 'start':
      return { status: 'running', exitCode: null, starts: starts + 1 };
    case 'unpause':
      return { status: 'running', exitCode: null };
    case 'pause':
      return { status: 'paused' };
    case 'die':
      return { status: 'exited', exitCode: Number(attributes['exitCode'] ?? NaN) };
    case 'destroy':
      return { removed: true };
    case 'rename':
      return { name: (attributes['name'] ?? '').replace(/^\//, '') };
    default:
      return {};
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  return typeof error.status === 'number' ? error.status : null;
}
