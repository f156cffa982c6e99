import type { Health, HealthConfig, HealthResult } from '../../protocol/container.ts';
import type { Container } from '../container/container.ts';
import { emit, type Context } from '../container/context.ts';
import { unixNanoseconds } from './clock.ts';
import { runProbe } from './probe.ts';

/**
 * Health checks: a command that is run in the container now and then, and what its exit codes say
 * of the service. A process that lives is not yet a service that works.
 *
 * See it: `docker inspect --format '{{json .State.Health}}' CONTAINER`.
 */

/** Docker's defaults, in ms. */
const INTERVAL = 30_000;
const TIMEOUT = 30_000;
const START_INTERVAL = 5_000;
const RETRIES = 3;
/** How many probes are remembered. */
const KEPT = 5;

/** A health check with its defaults filled in; spans in ms. */
export interface Check {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  /** After a start, how long failures do not count. */
  readonly startPeriod: number;
  /** Between probes during that time. */
  readonly startInterval: number;
  readonly retries: number;
}

/** What is to be checked, or null when nothing is. */
export function checkOf(config: HealthConfig | undefined): Check | null {
  const [kind, ...rest] = config?.Test ?? [];
  const command =
    kind === 'CMD' ? rest : kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : [];
  if (!config || command.length === 0) return null;
  const span = (nanoseconds: number | undefined, fallback: number): number =>
    nanoseconds === undefined || nanoseconds === 0 ? fallback : nanoseconds / 1e6;
  return {
    command,
    interval: span(config.Interval, INTERVAL),
    timeout: span(config.Timeout, TIMEOUT),
    startPeriod: span(config.StartPeriod, 0),
    startInterval: span(config.StartInterval, START_INTERVAL),
    retries: config.Retries === undefined || config.Retries <= 0 ? RETRIES : config.Retries,
  };
}

/** Notes a probe; `sinceStart` is the age of the container in ms when the probe began. */
export function note(health: Health, check: Check, result: HealthResult, sinceStart: number): void {
  health.Log.push(result);
  health.Log.splice(0, health.Log.length - KEPT);
  if (result.ExitCode === 0) {
    health.FailingStreak = 0;
    health.Status = 'healthy';
    return;
  }
  // While it starts, failing is what is expected of it.
  if (health.Status === 'starting' && sinceStart < check.startPeriod) return;
  health.FailingStreak++;
  if (health.FailingStreak >= check.retries) health.Status = 'unhealthy';
}

/** The wait before the next probe, in ms. */
export function nextProbe(health: Health, check: Check, sinceStart: number): number {
  const starts = health.Status === 'starting' && sinceStart < check.startPeriod;
  return starts ? check.startInterval : check.interval;
}

/** The monitors of all containers: one timer each, and nothing else between two probes. */
export class HealthMonitors {
  readonly #context: Context;
  readonly #timers = new Map<string, number>();
  /** Counts the runs of each container, so that a late probe knows that it is late. */
  readonly #runs = new Map<string, object>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** It was started: its health is unknown again. */
  begin(container: Container): void {
    const { state, config } = container;
    if (checkOf(config.Healthcheck)) {
      state.Health = { Status: 'starting', FailingStreak: 0, Log: state.Health?.Log ?? [] };
    } else delete state.Health;
    this.resume(container);
  }

  /** It runs, and its health is what it was. */
  resume(container: Container): void {
    const { id, state, config } = container;
    const check = checkOf(config.Healthcheck);
    if (!check || !state.Running || state.Paused) return;
    state.Health ??= { Status: 'starting', FailingStreak: 0, Log: [] };
    this.#stop(id);
    const run = {};
    this.#runs.set(id, run);
    this.#schedule(container, check, run);
  }

  /** It runs no more, or is paused: nobody can say that it is well. */
  end({ id, state }: Container): void {
    if (this.#stop(id) && state.Health) state.Health.Status = 'unhealthy';
  }

  #stop(id: string): boolean {
    const timer = this.#timers.get(id);
    if (timer !== undefined) this.#context.sys.clearTimer(timer);
    this.#timers.delete(id);
    return this.#runs.delete(id);
  }

  #schedule(container: Container, check: Check, run: object): void {
    const { sys } = this.#context;
    const health = container.state.Health;
    if (!health) return;
    const wait = nextProbe(health, check, this.#age(container, sys.timestamp()));
    const timer = sys.setTimer(wait, () => {
      this.#timers.delete(container.id);
      void this.#probe(container, check, run);
    });
    this.#timers.set(container.id, timer);
  }

  async #probe(container: Container, check: Check, run: object): Promise<void> {
    const context = this.#context;
    const result = await runProbe(context, container, check);
    const health = container.state.Health;
    // Stopped or paused meanwhile: the probe says nothing any more.
    if (this.#runs.get(container.id) !== run || !health) return;
    const before = health.Status;
    note(health, check, result, this.#age(container, result.Start));
    if (health.Status !== before) {
      context.containers.save(container);
      emit(context, container, `health_status: ${health.Status}`);
    }
    this.#schedule(container, check, run);
  }

  /** Milliseconds from the start of the container to `time`. */
  #age({ state }: Container, time: string): number {
    const span = BigInt(unixNanoseconds(time)) - BigInt(unixNanoseconds(state.StartedAt));
    return Number(span / 1_000_000n);
  }
}
