import { expect } from 'vitest';
import type { Guest } from './machine.ts';

/** Waits until `docker inspect --format` says this of a container. */
export async function becomes(
  guest: Guest,
  name: string,
  format: string,
  value: string,
): Promise<void> {
  await expect.poll(() => guest.inspect(name, format)).toBe(value);
}
