import { cgroupOf } from '../container/cgroup.ts';
import type { Container } from '../container/container.ts';
import { emit, type Context } from '../container/context.ts';

/** The least time in ms between two looks at the events of one container. */
const REST = 100;

/**
 * Tells of every process that the kernel killed for its container's memory limit, also of those
 * whose container goes on: `memory.events` of the control group is watched, not read on a timer.
 */
export class OomWatch {
  readonly #context: Context;
  /** What was told of containers that run. */
  readonly #watched = new Map<string, { kills: number }>();

  constructor(context: Context) {
    this.#context = context;
  }

  begin(container: Container): void {
    if (container.host.Memory <= 0) return;
    const told = { kills: 0 };
    this.#watched.set(container.id, told);
    void this.#watch(container, told).catch((error: unknown) => {
      this.#context.sys.log(`container ${container.id}: memory.events: ${String(error)}`);
    });
  }

  /** The container has ended; `killed` says that the kernel killed some of it. */
  end(container: Container, killed: boolean): void {
    const told = this.#watched.get(container.id);
    this.#watched.delete(container.id);
    if (killed && (told === undefined || told.kills === 0)) {
      emit(this.#context, container, 'oom');
    }
  }

  async #watch(container: Container, told: { kills: number }): Promise<void> {
    const { sys } = this.#context;
    const path = `${cgroupOf(container)}/memory.events`;
    while (this.#watched.get(container.id) === told && sys.stat(path)) {
      // Watched before it is read, so that nothing in between is missed.
      const changed = sys.changed(path);
      const kills = oomKills(sys.readText(path));
      if (kills > told.kills) {
        told.kills = kills;
        emit(this.#context, container, 'oom');
      }
      await changed;
      // Who lives at the limit makes an event every 10 ms: not all of them are worth a look.
      await new Promise<void>((resolve) => {
        sys.setTimer(REST, resolve);
      });
    }
  }
}

/** `oom_kill` of a control group's `memory.events`. */
function oomKills(events: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
}
