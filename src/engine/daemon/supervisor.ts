import type { Container } from '../container/container.ts';
import { take, type Context, type Supervisor } from '../container/context.ts';
import { remove } from '../container/remove.ts';
import type { Exit } from '../container/shim.ts';
import { startNow } from '../container/start.ts';
import { settled } from '../container/underway.ts';
import { unixNanoseconds } from './clock.ts';
import { HealthMonitors } from './health.ts';
import { OomWatch } from './oom.ts';
import { nextDelay, startsWithDaemon, wantsStart } from './restart.ts';

/** What is known of the restarts of one container. */
interface Restarts {
  /** The last wait in ms, 0 before the first. */
  delay: number;
  /** The wait that is going on. */
  timer: number | undefined;
  /** A user has ended it: its policy has no say any more. */
  cancelled: boolean;
}

/** Keeps containers running, watches their health and their memory. */
export class ContainerSupervisor implements Supervisor {
  /** What it works on, itself included. */
  readonly context: Context;
  readonly #health: HealthMonitors;
  readonly #oom: OomWatch;
  readonly #restarts = new Map<string, Restarts>();

  constructor(parts: Omit<Context, 'supervisor'>) {
    this.context = { ...parts, supervisor: this };
    this.#health = new HealthMonitors(this.context);
    this.#oom = new OomWatch(this.context);
  }

  reset({ id }: Container): void {
    this.#stopWaiting(id);
    this.#restarts.delete(id);
  }

  started(container: Container): void {
    this.#health.begin(container);
    this.#oom.begin(container);
  }

  /** Takes up a container that an earlier daemon started. */
  resumed(container: Container): void {
    this.#health.resume(container);
    this.#oom.begin(container);
  }

  paused(container: Container): void {
    if (container.state.Paused) this.#health.end(container);
    else this.#health.resume(container);
  }

  ended(container: Container, { status, oomKilled, finished }: Exit): number | null {
    const { id, host, state, manuallyStopped } = container;
    this.#health.end(container);
    this.#oom.end(container, oomKilled);
    const known = this.#of(id);
    const ending = { exitCode: status, manuallyStopped, restarts: container.restarts };
    if (known.cancelled || !wantsStart(host.RestartPolicy, ending)) {
      this.#restarts.delete(id);
      return null;
    }
    const ranFor = BigInt(unixNanoseconds(finished)) - BigInt(unixNanoseconds(state.StartedAt));
    known.delay = nextDelay(known.delay, Number(ranFor / 1_000_000n));
    return known.delay;
  }

  startAfter(container: Container, milliseconds: number): void {
    const known = this.#of(container.id);
    known.timer = this.context.sys.setTimer(milliseconds, () => {
      known.timer = undefined;
      void this.#startAgain(container);
    });
  }

  cancel(container: Container): void {
    const { id, state } = container;
    this.#of(id).cancelled = true;
    if (this.#stopWaiting(id) && state.Restarting) this.#settle(container);
  }

  /** Starts what is to run since the daemon runs: one after the other, oldest first. */
  async startWithDaemon(): Promise<void> {
    const waiting = this.context.containers.list().filter(startsWithDaemon).reverse();
    for (const container of waiting) {
      await settled(container);
      if (!startsWithDaemon(container)) continue;
      this.reset(container);
      container.restarts = 0;
      container.manuallyStopped = false;
      await this.#startAgain(container);
    }
  }

  async #startAgain(container: Container): Promise<void> {
    const { sys, containers } = this.context;
    if (!containers.has(container.id)) return;
    try {
      await startNow(this.context, container);
    } catch (error) {
      sys.log(`container ${container.id}: failed to restart: ${String(error)}`);
      this.#settle(container);
    }
  }

  /** It waits for no start any more: it has ended. */
  #settle(container: Container): void {
    const { containers, exits } = this.context;
    const { id, state, host } = container;
    this.#restarts.delete(id);
    Object.assign(state, { Status: 'exited', Running: false, Restarting: false });
    containers.save(container);
    for (const resolve of take(exits, id)) resolve(state.ExitCode);
    if (host.AutoRemove) remove(this.context, container, { force: true, volumes: true });
  }

  #of(id: string): Restarts {
    let known = this.#restarts.get(id);
    if (!known) {
      known = { delay: 0, timer: undefined, cancelled: false };
      this.#restarts.set(id, known);
    }
    return known;
  }

  #stopWaiting(id: string): boolean {
    const known = this.#restarts.get(id);
    if (known?.timer === undefined) return false;
    this.context.sys.clearTimer(known.timer);
    known.timer = undefined;
    return true;
  }
}
