import type {
  GaugesView,
  ImagePicture,
  LayersView,
  PictureView,
  SignalView,
  TraceView,
} from '../../protocol/bottle.ts';
import { engineClient, engineEvent, follow, pause, waitAfter } from '../../course/index.ts';
import type { EngineClient, EngineEvent } from '../../course/index.ts';
import type { Guest } from '../state/guest.ts';
import { after, lookAfter } from './happening.ts';
import { noneOpen, noParts, noShares, opened, withGauges, withPart, withSignals } from './known.ts';
import { bottlesOf, cpuShares, isQuiet, racksOf } from './picture.ts';
import type { Bottle, Rack } from './picture.ts';
import {
  gaugesView,
  imagesView,
  layersView,
  pictureView,
  signalsView,
  signalView,
  traceView,
} from './shapes.ts';

/** What of a container is read only while somebody looks at it. */
export type Part = 'layers' | 'trace';

/** Milliseconds between two looks at the gauges of what runs. */
const TICK = 1000;
/** The same while nothing moves in what runs. */
const QUIET_TICK = 2000;
/** What was started may become another program within so many milliseconds: the shell of an image's entry point. */
const SETTLED = 1500;
/** Every so many of them the whole is looked at: a program that takes another's place makes no event. */
const WHOLE = 4;

/**
 * What the x-ray knows of a machine. Two streams say that something happened; the machine is looked at again in one
 * request. What moves by itself, the gauges, is asked for once a second while a container runs.
 *
 * The guest is slow: a look costs it some 70 ms, the gauges 20. Nothing is asked while nobody looks.
 */
export class Xray {
  picture: PictureView | null = $state.raw(null);
  images: readonly ImagePicture[] = $state.raw([]);
  /** Parts that are open, by the container's id. */
  layers: ReadonlyMap<string, LayersView> = $state.raw(noParts());
  traces: ReadonlyMap<string, TraceView> = $state.raw(noParts());
  /** Why the machine cannot be seen; null while it can. */
  problem: string | null = $state(null);

  #shares = $state.raw(noShares);
  #signals: readonly SignalView[] = $state.raw([]);

  readonly bottles: readonly Bottle[] = $derived(
    this.picture === null ? [] : bottlesOf(this.picture, this.#shares, this.#signals),
  );
  readonly racks: readonly Rack[] = $derived(racksOf(this.bottles));

  readonly #client: EngineClient;
  readonly #stop = new AbortController();
  /** `PART ID` of what somebody looks at. */
  #open = $state.raw(noneOpen);
  #gauges: GaugesView | null = null;
  #looking: Promise<void> | null = null;
  #stale = true;
  #quiet = false;
  /** Events about containers so far. */
  #heard = 0;
  /** The last look was overtaken by an event; the next one is shown, whatever happens. */
  #overtaken = false;
  #imagesStale = true;
  #partsStale: { id: string; part: Part }[] = [];
  #timer: { due: number; id: ReturnType<typeof setTimeout> } | null = null;

  constructor(guest: Guest) {
    this.#client = engineClient((path, options) => guest.request(path, options));
  }

  /** Looks, until `stop`. */
  start(): void {
    const { signal } = this.#stop;
    const common = {
      onOpen: () => undefined,
      onProblem: (error: unknown) => (this.problem = messageOf(error)),
      onAgain: () => {
        this.#imagesStale = true;
        this.#lookIn(0);
      },
    };
    void follow(
      this.#client,
      '/events',
      { ...common, onLine: (line) => this.#happened(line) },
      signal,
    );
    const flown = (line: string): void => {
      this.#flags([signalView.parse(JSON.parse(line))]);
    };
    void follow(this.#client, '/bottle/signals?follow=1', { ...common, onLine: flown }, signal);
    this.#lookIn(0);
    void this.#watchGauges();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer?.id);
  }

  isOpen(id: string, part: Part): boolean {
    return this.#open.has(`${part} ${id}`);
  }

  /** Somebody looks at a part of a container, or no longer. */
  see(id: string, part: Part, open: boolean): void {
    this.#open = opened(this.#open, `${part} ${id}`, open);
    if (!open) return;
    this.#partsStale.push({ id, part });
    this.#lookIn(null);
  }

  #happened(line: string): void {
    const event = engineEvent.parse(JSON.parse(line));
    if (event.type === 'image') {
      this.#imagesStale = true;
      this.#lookIn(null);
    }
    if (event.type === 'container') this.#heard++;
    if (this.picture !== null) this.picture = after(this.picture, event);
    this.#staleParts(event);
    const delay = lookAfter(event);
    if (delay !== null) this.#lookIn(delay);
    if (/^(start|exec_start)/.test(event.action)) {
      this.#quiet = false;
      setTimeout(() => this.#lookIn(0), SETTLED);
    }
  }

  /** A start has a new trace; and after anything that happened in it a container's own layer may be another. */
  #staleParts({ type, action, id }: EngineEvent): void {
    if (type !== 'container') return;
    if (action === 'start' && this.isOpen(id, 'trace'))
      this.#partsStale.push({ id, part: 'trace' });
    if (this.isOpen(id, 'layers') && !/^exec_(create|start)|^(attach|resize|top)/.test(action)) {
      this.#partsStale.push({ id, part: 'layers' });
      this.#lookIn(null);
    }
  }

  #flags(more: readonly SignalView[]): void {
    this.#signals = withSignals(this.#signals, more);
  }

  /** Looks after a while, or earlier when that is asked for meanwhile; null: only at what else is stale, at once. */
  #lookIn(delay: number | null): void {
    if (this.#stop.signal.aborted) return;
    if (delay === null) {
      void this.#look();
      return;
    }
    const due = performance.now() + delay;
    if (this.#timer !== null) {
      if (this.#timer.due <= due) return;
      clearTimeout(this.#timer.id);
    }
    const id = setTimeout(() => {
      this.#timer = null;
      this.#stale = true;
      void this.#look();
    }, delay);
    this.#timer = { due, id };
  }

  /** One look at a time: what becomes stale during one is looked at by it. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookWhileStale();
    return this.#looking;
  }

  async #lookWhileStale(): Promise<void> {
    await Promise.resolve();
    for (let failures = 0; this.#isStale();) {
      try {
        await this.#lookOnce();
        failures = 0;
        this.problem = null;
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.problem = messageOf(error);
        this.#stale = true;
        await pause(waitAfter(failures++), this.#stop.signal);
      }
    }
    this.#looking = null;
  }

  #isStale(): boolean {
    if (this.#stop.signal.aborted) return false;
    return this.#stale || this.#imagesStale || this.#partsStale.length > 0;
  }

  async #lookOnce(): Promise<void> {
    if (this.#stale) {
      this.#stale = false;
      const first = this.picture === null;
      const heard = this.#heard;
      const seen = pictureView.parse(await this.#client.get('/bottle/picture'));
      // What happened meanwhile is shown already, and may be missing here.
      if (heard === this.#heard || this.#overtaken) {
        this.picture = seen;
        this.#overtaken = false;
      } else {
        this.picture ??= seen;
        this.#stale = this.#overtaken = true;
      }
      if (first) {
        this.#flags(signalsView.parse(await this.#client.get('/bottle/signals')).signals);
      }
    }
    const part = this.#partsStale.shift();
    if (part !== undefined) {
      this.#partsStale = this.#partsStale.filter(
        (each) => each.id !== part.id || each.part !== part.part,
      );
      await this.#readPart(part);
      return;
    }
    if (this.#imagesStale) {
      this.#imagesStale = false;
      this.images = imagesView.parse(await this.#client.get('/bottle/images')).images;
    }
  }

  async #readPart({ id, part }: { id: string; part: Part }): Promise<void> {
    let body: unknown;
    try {
      body = await this.#client.get(`/bottle/containers/${id}/${part}`);
    } catch {
      return; // it was removed meanwhile, or was never started: there is nothing to show
    }
    if (part === 'layers') this.layers = withPart(this.layers, id, layersView.parse(body));
    else this.traces = withPart(this.traces, id, traceView.parse(body));
  }

  async #watchGauges(): Promise<void> {
    const { signal } = this.#stop;
    for (let tick = 0; !signal.aborted; tick++) {
      await pause(this.#quiet ? QUIET_TICK : TICK, signal);
      const running = this.picture?.containers.some(({ status }) => status === 'running') ?? false;
      if (!running || document.visibilityState === 'hidden') {
        this.#gauges = null;
        this.#quiet = false;
        continue;
      }
      if (tick % WHOLE === WHOLE - 1) {
        this.#lookIn(0);
        continue;
      }
      try {
        const seen = gaugesView.parse(await this.#client.get('/bottle/gauges'));
        if (!signal.aborted) this.#gauged(seen);
      } catch {
        continue; // the streams say that the engine is away, and when it is back
      }
      // What a process writes makes no event.
      if (tick % 2 === 0) this.#rereadLayers();
    }
  }

  #rereadLayers(): void {
    const seen = this.bottles
      .filter(({ id, cgroup }) => cgroup !== '' && this.isOpen(id, 'layers'))
      .map(({ id }) => id);
    if (seen.length === 0) return;
    this.#partsStale.push(...seen.map((id) => ({ id, part: 'layers' as const })));
    this.#lookIn(null);
  }

  #gauged(seen: GaugesView): void {
    if (this.#gauges !== null) {
      this.#shares = cpuShares(this.#gauges, seen);
      this.#quiet = isQuiet(this.#gauges, seen);
    }
    this.#gauges = seen;
    if (this.picture === null) return;
    const { picture, forked } = withGauges(this.picture, seen);
    this.picture = picture;
    if (forked) this.#lookIn(0);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
