/** Seccomp profiles: what compiles is a program that the kernel would take, and that ends. */
import { customProfile, ProfileError } from '../../../src/engine/seccomp/custom.ts';
import { run } from '../../../src/engine/seccomp/kernel.fixture.ts';
import { text } from './refusals.ts';

export function fuzz(data: Uint8Array): void {
  let program: Uint8Array;
  try {
    program = customProfile(text(data), new Set(['CAP_CHOWN']));
  } catch (error) {
    if (error instanceof ProfileError) return;
    throw error;
  }
  for (const number of [0, 1, 11, 120, 295, 358, 462, 463, 100_000]) {
    run(program, number, [0, 1, 2, 3, 4, 5]);
  }
}
