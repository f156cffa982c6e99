import type { EngineClient } from './engine.ts';

/** Waits in ms before the first, second, … attempt to reach an engine that went away. */
const backOff = [100, 250, 500, 1000, 2000] as const;

export const waitAfter = (failures: number): number =>
  backOff[Math.min(failures, backOff.length - 1)] ?? 2000;

export interface Follower {
  onLine(line: string): void;
  /** It can be heard. */
  onOpen(): void;
  /** It broke, or could not be opened. */
  onProblem(error: unknown): void;
  /** It is opened again now: whatever was known may have changed. */
  onAgain(): void;
}

/** Follows a stream of lines until the signal ends it, over every break. Never rejects. */
export async function follow(
  client: EngineClient,
  path: string,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    if (failures > 0) {
      await pause(waitAfter(failures - 1), signal);
      follower.onAgain();
    }
    try {
      await client.stream(
        path,
        (line) => {
          failures = 0;
          if (line.trim() !== '') follower.onLine(line);
        },
        signal,
        () => {
          follower.onOpen();
        },
      );
    } catch (error) {
      if (!signal.aborted) follower.onProblem(error);
    }
  }
}

/** Resolves after a while, or at once when the signal ends it. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
