import type { Sys } from './sys.ts';

// Set by the native engine (src/engine/native/engine/sys.c) before it evaluates the bundle. The C side and
// sys.ts are held together by src/engine/native/engine/*_test.js, which calls every function.
declare const __sys: Sys;

/** The kernel, through the native module. Only in the engine binary: elsewhere reading this throws. */
export const sys: Sys = __sys;
