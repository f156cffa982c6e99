import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestFileSchema } from './manifest.ts';
import { verifyPublic, writeManifests } from './ledger.ts';

const checkout = join(import.meta.dirname, '..', '..');

let copy = '';
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'ledger-'));
  cpSync(join(checkout, 'public'), join(copy, 'public'), { recursive: true });
  cpSync(join(checkout, 'guest', 'images'), join(copy, 'guest', 'images'), { recursive: true });
});
afterEach(() => {
  rmSync(copy, { recursive: true });
});

test('everything committed under public/ is listed and matches', () => {
  expect(verifyPublic(checkout)).toEqual([]);
});

test('a changed byte is found, and the recipe that makes the file again is named', () => {
  const path = join(copy, 'public/kernels/seabios.bin');
  const bytes = readFileSync(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const wrong = verifyPublic(copy);
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toMatch(/^public\/kernels\/seabios\.bin has sha256 .* guest\/kernel\/bios\.sh$/);
});

test('a file cut short, a missing one and one too many are told apart', () => {
  appendFileSync(join(copy, 'public/kernels/vgabios.bin'), 'x');
  rmSync(join(copy, 'public/kernels/bzImage'));
  writeFileSync(join(copy, 'public/images/blobs/sha256/extra'), 'x');
  writeFileSync(join(copy, 'public/stray'), 'x');
  const wrong = verifyPublic(copy);
  expect(wrong).toHaveLength(4);
  expect(wrong).toContainEqual(expect.stringContaining('public/stray lies in no folder'));
  expect(wrong).toContainEqual(
    expect.stringContaining('public/kernels/bzImage is listed but missing'),
  );
  expect(wrong).toContainEqual(
    expect.stringMatching(/vgabios\.bin has \d+ bytes, its manifest says \d+/),
  );
  expect(wrong).toContainEqual(expect.stringContaining('blobs/sha256/extra is not listed'));
});

test('a manifest that is missing or no manifest is named', () => {
  rmSync(join(copy, 'public/images/manifest.json'));
  writeFileSync(join(copy, 'public/kernels/manifest.json'), '{"files":[{"path":7}]}');
  const wrong = verifyPublic(copy);
  expect(wrong).toContainEqual(
    expect.stringMatching(/images.manifest\.json is missing; write it with/),
  );
  expect(wrong).toContainEqual(
    expect.stringMatching(/kernels.manifest\.json is not a manifest: files\.0\.path/),
  );
});

test('writing lists every file with licence, sources and recipe, and refuses a file without an origin', () => {
  const counts = writeManifests(copy);
  expect([...counts.keys()]).toEqual([
    'public/kernels/manifest.json',
    'public/images/manifest.json',
    'public/packages/manifest.json',
  ]);
  expect(verifyPublic(copy)).toEqual([]);
  const written = manifestFileSchema.parse(
    JSON.parse(readFileSync(join(copy, 'public/kernels/manifest.json'), 'utf8')),
  );
  expect(written.files.find((file) => file.path === 'bzImage')).toMatchObject({
    licence: 'GPL-2.0-only WITH Linux-syscall-note',
    recipe: 'guest/kernel/build.sh',
    sources: [{ package: 'linux-source-6.12' }],
  });
  writeFileSync(join(copy, 'public/kernels/blob'), 'x');
  expect(() => writeManifests(copy)).toThrow('no recipe is known to make it');
});
