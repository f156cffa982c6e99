/** What a snapshot is made of. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { writeCpio } from '../lib/cpio.ts';
import { compileBundle } from './bytecode.ts';
import { patient } from './emulator.ts';

const require = createRequire(import.meta.url);
const project = new URL('../../', import.meta.url);

/** Where the engine's code lies in the guest: as QuickJS bytecode, or as a script where that cannot be made. */
const BUNDLE_PATH = 'usr/lib/bottle/bundle';

export interface Inputs {
  /** The first file system of the guest: the base, and after it the engine. Not compressed. */
  readonly initrd: Uint8Array;
  /** v86's WebAssembly, tuned. */
  readonly wasm: Uint8Array;
  readonly kernel: Uint8Array;
  readonly bios: readonly Uint8Array[];
  /** Size of the engine's bundle in bytes; 0 when there is no engine. */
  readonly engineBytes: number;
  /** SHA-256, hexadecimal, over all of the above, the emulator's code and the recipe. */
  readonly hash: string;
}

/**
 * Reads and bundles everything. BOTTLE_BASE names a base that was just built and is not under public/ yet.
 * Throws with the name of what is missing.
 */
export async function readInputs(memory: number): Promise<Inputs> {
  const [kernel, packed, bios, vgaBios, wasm, emulator] = await Promise.all([
    part('public/kernels/bzImage'),
    process.env['BOTTLE_BASE']
      ? readFile(process.env['BOTTLE_BASE'])
      : part('public/kernels/base.cpio.gz'),
    part('public/kernels/seabios.bin'),
    part('public/kernels/vgabios.bin'),
    readFile(require.resolve('v86/build/v86.wasm')).then(patient),
    readFile(require.resolve('v86')),
  ]);
  const bundle = await bundleEngine();
  const base = gunzipSync(packed);
  const initrd = Buffer.concat([base, ...(bundle ? [await wrap(base, bundle)] : [])]);
  // the recipe and the emulator's settings are in these files
  const recipe = await Promise.all(
    ['guest/snapshot/boot.ts', 'guest/snapshot/compress.ts', 'src/machine/emulator.ts'].map(part),
  );
  const hash = createHash('sha256');
  for (const bytes of [kernel, initrd, bios, vgaBios, wasm, emulator, ...recipe]) {
    hash.update(`${bytes.length}:`).update(bytes);
  }
  hash.update(`memory ${memory}`);
  return {
    initrd,
    wasm,
    kernel,
    bios: [bios, vgaBios],
    engineBytes: bundle?.length ?? 0,
    hash: hash.digest('hex'),
  };
}

async function part(path: string): Promise<Buffer> {
  const url = new URL(path, project);
  if (!existsSync(url)) {
    throw new Error(
      `snapshot: ${path} is missing; it belongs to the project: git checkout -- ${path}`,
    );
  }
  return readFile(url);
}

/** The engine as one script for QuickJS, readable: its stack traces are shown to people. */
async function bundleEngine(): Promise<Uint8Array | null> {
  const entry = new URL('src/engine/main.ts', project);
  if (!existsSync(entry)) return null;
  const { outputFiles } = await build({
    absWorkingDir: new URL('.', project).pathname,
    entryPoints: ['src/engine/main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    minifyWhitespace: true,
    minifySyntax: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? null;
}

async function wrap(base: Uint8Array, bundle: Uint8Array): Promise<Uint8Array> {
  const data = (await compileBundle(base, bundle)) ?? bundle;
  return writeCpio([{ kind: 'file', mode: 0o644, uid: 0, gid: 0, path: BUNDLE_PATH, data }]);
}
