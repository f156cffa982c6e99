/**
 * Packs the base of the guest: `tsx guest/base/pack.ts BUSYBOX SU NATIVE OUTPUT.cpio`, called by
 * build.sh, which says what the arguments are.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCpio } from '../lib/cpio.ts';
import type { Entry } from '../lib/entry.ts';
import { readTree } from '../lib/tree.ts';

const root = { uid: 0, gid: 0 } as const;

/** What `make -C src/engine/native OUT=…` leaves, and where the guest looks for it. */
const NATIVE: readonly (readonly [name: string, path: string])[] = [
  ['init', 'init'],
  ['engine', 'usr/lib/bottle/engine'],
  ['shim', 'usr/lib/bottle/shim'],
  ['files', 'usr/lib/bottle/files'],
  ['docker-init', 'usr/lib/bottle/docker-init'],
  ['docker', 'usr/bin/docker'],
];

/** Provided otherwise: su by su.c, busybox by itself. */
const UNWANTED = new Set(['su', 'busybox']);

/** Mount points and folders that hold no file yet; modes other than 0755 and owners other than root are named. */
function folders(): Entry[] {
  const plain =
    'bin dev etc home mnt opt proc root run sbin sys tmp usr usr/bin usr/local usr/local/bin usr/local/sbin usr/sbin usr/lib/bottle var var/lib/docker var/log var/tmp';
  const modes: Record<string, number> = {
    root: 0o700,
    tmp: 0o1777,
    'var/tmp': 0o1777,
    'var/lib/docker': 0o710,
  };
  return [
    ...plain
      .split(' ')
      .map((path): Entry => ({ kind: 'directory', path, mode: modes[path] ?? 0o755, ...root })),
    { kind: 'directory', path: 'home/learner', mode: 0o755, uid: 1000, gid: 1000 },
    { kind: 'symlink', path: 'var/run', target: '../run', mode: 0o777, ...root },
    // The kernel opens its console for init before anything is mounted on /dev
    { kind: 'character', path: 'dev/console', mode: 0o600, major: 5, minor: 1, ...root },
    { kind: 'character', path: 'dev/null', mode: 0o666, major: 1, minor: 3, ...root },
  ];
}

/** Busybox and a symbolic link for each of its applets, at the place compiled into it. */
function busybox(binary: string): Entry[] {
  const applets = execFileSync(binary, ['--list-full'], { encoding: 'utf8' }).trim().split('\n');
  return [
    { kind: 'file', path: 'bin/busybox', mode: 0o755, data: readFileSync(binary), ...root },
    ...applets
      .filter((path) => !UNWANTED.has(path.replace(/^.*\//, '')))
      .map((path): Entry => ({
        kind: 'symlink',
        path,
        target: '/bin/busybox',
        mode: 0o777,
        ...root,
      })),
  ];
}

function superuser(binary: string): Entry[] {
  const data = readFileSync(binary);
  return [
    { kind: 'file', path: 'bin/su', mode: 0o4755, data, ...root },
    { kind: 'hardlink', path: 'usr/bin/sudo', target: 'bin/su', mode: 0o4755, ...root },
  ];
}

/** The engine's native programs; a missing one is left out loudly, for the base must exist before them. */
function native(folder: string): Entry[] {
  const entries: Entry[] = [];
  for (const [name, path] of NATIVE) {
    const onDisk = join(folder, name);
    if (existsSync(onDisk)) {
      entries.push({ kind: 'file', path, mode: 0o755, data: readFileSync(onDisk), ...root });
    } else {
      console.error(
        `base: WARNING: ${onDisk} is missing: this base has no /${path}${name === 'init' ? ' and does not boot' : ''}`,
      );
    }
  }
  if (existsSync(join(folder, 'docker'))) {
    entries.push({
      kind: 'hardlink',
      path: 'usr/bin/bottle',
      target: 'usr/bin/docker',
      mode: 0o755,
      ...root,
    });
  }
  return entries;
}

/** Files as they are in guest/base/files, readable by all but the password file. */
function settings(): Entry[] {
  return readTree(join(import.meta.dirname, 'files')).map((entry) => {
    const mode = entry.kind === 'directory' ? 0o755 : entry.path === 'etc/shadow' ? 0o600 : 0o644;
    return { ...entry, mode };
  });
}

const [busyboxPath, suPath, nativeFolder, output] = process.argv.slice(2);
if (
  busyboxPath === undefined ||
  suPath === undefined ||
  nativeFolder === undefined ||
  output === undefined
) {
  console.error('usage: tsx guest/base/pack.ts BUSYBOX SU NATIVE OUTPUT.cpio');
  process.exit(2);
}
const named = [
  ...busybox(busyboxPath),
  ...superuser(suPath),
  ...native(nativeFolder),
  ...settings(),
];
const paths = new Set(named.map((entry) => entry.path));
const archive = writeCpio([...named, ...folders().filter((entry) => !paths.has(entry.path))]);
writeFileSync(output, archive);
