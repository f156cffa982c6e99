/** v86's WebAssembly, with one number of it changed. */

/**
 * v86 translates a page of the guest's code to WebAssembly once about so many instructions ran in it. Translating
 * costs more than running that many, since the browser then compiles a module for each page: with 200,000, most of the
 * first seconds after a restore went into code that was not needed again. Measured on `docker run hello-world` as the
 * first command: 12,000 took 4.0 s, 50,000 3.4 s, 200,000 2.7 to 3.5 s, 400,000 2.3 s, 900,000 1.9 s.
 */
const THRESHOLD = 1_000_000;

/** `i32.const 200000` and `i32.lt_u`: the comparison in v86's `jit_increase_hotness_and_maybe_compile`. */
const ORIGINAL = Buffer.from([0x41, 0xc0, 0x9a, 0x0c, 0x49]);

/**
 * A copy of the module that waits longer before it translates. Throws when v86 is no longer built like that: the
 * number is then to be looked for, and measured, anew.
 */
export function patient(wasm: Uint8Array): Uint8Array {
  const tuned = Buffer.from(wasm);
  const at = tuned.indexOf(ORIGINAL);
  if (at < 0 || tuned.includes(ORIGINAL, at + 1)) {
    throw new Error(
      'snapshot: v86.wasm does not hold its JIT threshold in the one place that is known; ' +
        'guest/snapshot/emulator.ts is for another version of v86',
    );
  }
  // a signed LEB128 number of three bytes, as the original is
  const digits = [0, 7, 14].map((shift) => (THRESHOLD >> shift) & 0x7f);
  tuned.set([(digits[0] ?? 0) | 0x80, (digits[1] ?? 0) | 0x80, digits[2] ?? 0], at + 1);
  return tuned;
}
