import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCpioFile, writeCpio } from '../lib/cpio.ts';
import { compileBundle } from './bytecode.ts';

const base = gunzipSync(readFileSync('public/kernels/base.cpio.gz'));
const bundle = Buffer.from("__sys.write(1, new Uint8Array([111, 107]).buffer); throw Error('x');");

let folder = '';
let runs = false;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bytecode-'));
  writeFileSync(join(folder, 'engine'), readCpioFile(base, 'usr/lib/bottle/engine') ?? '');
  chmodSync(join(folder, 'engine'), 0o755);
  try {
    execFileSync(join(folder, 'engine'), { stdio: 'ignore' });
  } catch (error) {
    runs = error instanceof Error && 'status' in error && error.status === 2; // its usage
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the same bundle gives the same bytes, and nothing of where it was made', async (context) => {
  context.skip(!runs, 'this machine does not run programs for Linux on i386');
  const bytecode = await compileBundle(base, bundle);
  expect(bytecode?.subarray(0, 7)).toEqual(Buffer.from('bottle2'));
  expect(await compileBundle(base, bundle)).toEqual(bytecode);
  expect(Buffer.from(bytecode ?? []).includes(tmpdir())).toBe(false);
});

test('a bundle that does not parse is refused with its place', async (context) => {
  context.skip(!runs, 'this machine does not run programs for Linux on i386');
  await expect(compileBundle(base, Buffer.from('let = ;'))).rejects.toThrow('engine.js:1');
});

test('a base without the engine has no bytecode', async () => {
  const empty = writeCpio([
    { kind: 'file', path: 'init', mode: 0o755, uid: 0, gid: 0, data: Buffer.from('#!') },
  ]);
  expect(await compileBundle(empty, bundle)).toBeNull();
});
