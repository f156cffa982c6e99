import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Boot, Guest, Progress, Stage } from './guest.ts';

export type MachineStage = 'off' | 'loading' | 'running' | 'paused' | 'failed';

/** The machine of this page: how far its start is, whether it runs, and what went wrong. */
export class MachineState {
  stage: MachineStage = $state('loading');
  /** What is being waited for, while loading. */
  progress: Progress = $state.raw({ stage: 'code', loaded: 0, total: 0 });
  /** Bytes that are here of bytes in all, 0 to 1, never falling during one start. */
  level = $state(0);
  failure: Failure | null = $state.raw(null);
  /** Whether this start is from power-on. */
  cold = $state(false);
  /** The running machine; another object after another start. */
  guest: Guest | null = $state.raw(null);

  /** Counts the starts: what an overtaken one reports is nobody's business any more. */
  starts = $state(0);

  readonly #boot: Boot;
  readonly #hostname: string | undefined;
  #received: Partial<Record<Stage, Progress>> = {};
  #hidden = false;

  /** @param hostname For a machine beside the first, so that prompts tell them apart. */
  constructor(boot: Boot, hostname?: string) {
    this.#boot = boot;
    this.#hostname = hostname;
  }

  /**
   * Starts the machine, or starts it again; `from` names a state to go on from. Never rejects: `stage` and `failure`
   * tell.
   */
  async start(cold = false, from?: string): Promise<void> {
    const attempt = ++this.starts;
    const before = this.guest;
    this.guest = null;
    this.stage = 'loading';
    this.failure = null;
    this.cold = cold;
    this.level = 0;
    this.#received = {};
    this.progress = { stage: cold ? 'kernel' : 'code', loaded: 0, total: 0 };
    try {
      await before?.destroy();
      const guest = await this.#boot({
        cold,
        ...(from !== undefined && { from }),
        ...(this.#hostname !== undefined && { hostname: this.#hostname }),
        onProgress: (progress) => {
          if (attempt === this.starts) this.#advance(progress);
        },
      });
      if (attempt !== this.starts) {
        await guest.destroy();
        return;
      }
      guest.on('crash', (reason) => {
        if (attempt === this.starts) this.fail(reason);
      });
      this.level = 1;
      this.guest = guest;
      this.stage = 'running';
      if (this.#hidden) this.#pause();
    } catch (error) {
      if (attempt === this.starts) this.fail(error);
    }
  }

  /** Switches the machine off: everything in it is gone, and its memory given back. */
  async off(): Promise<void> {
    this.starts++;
    const before = this.guest;
    this.guest = null;
    this.failure = null;
    this.stage = 'off';
    await before?.destroy();
  }

  /** The page was hidden or shown: a machine that nobody looks at uses no processor. */
  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    if (hidden && this.stage === 'running') this.#pause();
    if (!hidden && this.stage === 'paused') {
      this.guest?.resume();
      this.stage = 'running';
    }
  }

  #pause(): void {
    this.guest?.pause();
    this.stage = 'paused';
  }

  /** Something that the machine cannot do without has failed. */
  fail(error: unknown): void {
    this.failure = failureOf(error);
    this.stage = 'failed';
  }

  #advance(progress: Progress): void {
    this.#received[progress.stage] = progress;
    const parts = Object.values(this.#received);
    const total = parts.reduce((sum, part) => sum + part.total, 0);
    const loaded = parts.reduce((sum, part) => sum + part.loaded, 0);
    // Before the largest part has told its size, a fraction would say nothing.
    const known = this.#received[this.cold ? 'kernel' : 'state'] !== undefined;
    // A little is left for the start itself, so the level is full when the machine runs.
    if (known && total > 0) this.level = Math.max(this.level, (loaded / total) * 0.96);
    const unfinished = parts.filter((part) => part.loaded < part.total);
    // The largest part still on its way is what the reader waits for.
    this.progress = unfinished.sort((a, b) => b.total - a.total)[0] ?? {
      stage: 'start',
      loaded: 0,
      total: 0,
    };
  }
}
