import type { Container } from './container.ts';

/** Starts on their way: who wants to start, stop or remove the same container waits for them. */
const starts = new WeakMap<Container, Promise<void>>();

/** Resolves when no start of it is on its way, however that start ended. */
export async function settled(container: Container): Promise<void> {
  await starts.get(container)?.catch(() => undefined);
}

/** Lets others wait for `start`. */
export async function underway(container: Container, start: Promise<void>): Promise<void> {
  starts.set(container, start);
  try {
    await start;
  } finally {
    starts.delete(container);
  }
}
