/**
 * `npm run snapshot [-- --force]`: boots the guest once and keeps its memory, so that visitors start where
 * the boot ended. Writes build/machine/; does nothing when what is there is still right.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { compile, stored } from '../src/machine/assets.ts';
import type { AssetName, Assets } from '../src/machine/assets.ts';
import { parseManifest } from '../src/machine/manifest.ts';
import type { Manifest } from '../src/machine/manifest.ts';
import { bootAndSave } from './snapshot/boot.ts';
import { QUICK, SMALL, zstd } from './snapshot/compress.ts';
import { alone } from './snapshot/lock.ts';
import { prove } from './snapshot/prove.ts';
import { readInputs } from './snapshot/inputs.ts';
import type { Inputs } from './snapshot/inputs.ts';

const OUT = fileURLToPath(new URL('../build/machine/', import.meta.url));
const MEMORY = 128;

export interface SnapshotOptions {
  /** Make it even when it is up to date. */
  readonly force?: boolean;
  /** For tests, which do not mind its size: a snapshot that is quick to make will do. */
  readonly quick?: boolean;
}

/** Makes the snapshot unless it is up to date; says what it did in one line. */
export async function makeSnapshot(options: SnapshotOptions = {}): Promise<string> {
  const { force = false, quick = false } = options;
  const inputs = await readInputs(MEMORY);
  const level = quick ? QUICK : SMALL;
  const fresh = (): boolean => {
    const there = current();
    return !force && there?.hash === inputs.hash && there.level >= level;
  };
  if (fresh()) return 'snapshot: up to date';
  return alone(`${OUT}lock`, async () => (fresh() ? 'snapshot: up to date' : make(inputs, level)));
}

async function make(inputs: Inputs, level: number): Promise<string> {
  const started = performance.now();
  const booted = await bootAndSave(memoryAssets(inputs), MEMORY, inputs.engineBytes > 0);
  const saved = performance.now();
  const state = await zstd(new Uint8Array(booted.state), level);
  const manifest: Manifest = {
    state: `${inputs.hash.slice(0, 16)}.state.zst`,
    bytes: state.length,
    sha256: createHash('sha256').update(state).digest('hex'),
    hash: inputs.hash,
    memory: MEMORY,
    level,
    shown: [...booted.shown],
  };
  if (inputs.engineBytes > 0) await prove(memoryAssets(inputs, { manifest, state }));
  await mkdir(OUT, { recursive: true });
  await put('v86.wasm.gz', gzipSync(inputs.wasm, { level: 9 }));
  await put('initrd.gz', gzipSync(inputs.initrd, { level: 9 }));
  await put(manifest.state, state);
  await put('machine.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of await readdir(OUT)) {
    if (file.endsWith('.state.zst') && file !== manifest.state && (await old(file))) {
      await rm(`${OUT}${file}`);
    }
  }
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return (
    `snapshot: ${megabytes(state.length)} of ${megabytes(booted.state.byteLength)} memory, ` +
    `engine ${Math.round(inputs.engineBytes / 1024)} KB; prompt after ${seconds(booted.promptMs)}, ` +
    `ready after ${seconds(booted.readyMs)}, compressed in ${seconds(performance.now() - saved)}, ` +
    `all in ${seconds(performance.now() - started)}`
  );
}

/** Whether nobody can still be about to read a state that was replaced. */
async function old(file: string): Promise<boolean> {
  return Date.now() - (await stat(`${OUT}${file}`)).mtimeMs > 600_000;
}

/** The description of the snapshot that is there, if it is one. */
function current(): Manifest | null {
  try {
    return parseManifest(readFileSync(`${OUT}machine.json`, 'utf8'), 'machine.json');
  } catch {
    return null; // missing or from another version: made anew
  }
}

/** A reader never sees half a file. */
async function put(name: string, data: string | Uint8Array): Promise<void> {
  await writeFile(`${OUT}${name}.new`, data);
  await rename(`${OUT}${name}.new`, `${OUT}${name}`);
}

interface Saved {
  readonly manifest: Manifest;
  readonly state: Uint8Array;
}

function memoryAssets(inputs: Inputs, saved?: Saved): Assets {
  const [bios, vgaBios] = inputs.bios;
  const parts: Record<AssetName, Uint8Array | undefined> = {
    kernel: inputs.kernel,
    initrd: inputs.initrd,
    bios,
    vgaBios,
  };
  const copy = (bytes: Uint8Array | undefined): ArrayBuffer => new Uint8Array(bytes ?? []).buffer;
  const there = (): Promise<Saved> =>
    saved ? Promise.resolve(saved) : Promise.reject(new Error('there is no snapshot yet'));
  return {
    manifest: async () => (await there()).manifest,
    code: () => compile(copy(inputs.wasm)),
    state: async () => stored(copy((await there()).state)),
    read: (name) => Promise.resolve(copy(parts[name])),
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await makeSnapshot({ force: process.argv.includes('--force') }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
