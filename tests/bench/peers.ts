import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * What others built for the same purpose, for i386, from Debian's packages: crun, runc and the
 * Docker CLI with the libraries they need. Nothing is installed on this machine.
 */
const PACKAGES = [
  'crun',
  'runc',
  'docker.io',
  'libc6',
  'libcap2',
  'libgcrypt20',
  'libgpg-error0',
  'liblz4-1',
  'liblzma5',
  'libseccomp2',
  'libsystemd0',
  'libyajl2',
  'libzstd1',
];

const CACHE = resolve('build/peers');

/** Files of the packages that the comparisons use; the rest would only fill the guest's memory. */
const KEEP = [
  /^usr\/bin\/crun$/,
  /^usr\/s?bin\/runc$/,
  /^usr\/bin\/docker$/,
  /^(usr\/)?lib\/.*\.so/,
];

function apt(args: readonly string[]): void {
  execFileSync('apt-get', args, { cwd: CACHE, stdio: ['ignore', 'ignore', 'inherit'] });
}

function download(): void {
  const architectures = execFileSync('dpkg', ['--print-foreign-architectures'], {
    encoding: 'utf8',
  });
  if (!architectures.split('\n').includes('i386')) {
    execFileSync('dpkg', ['--add-architecture', 'i386']);
    apt(['update', '-qq']);
  }
  apt(['download', '-qq', ...PACKAGES.map((name) => `${name}:i386`)]);
}

/**
 * A tar of the peers, to be unpacked at the guest's root (the Docker CLI as `docker-cli`, since
 * `docker` is ours). Null when this machine has no apt to get them with; the reason is printed.
 */
export function peersArchive(): Buffer | null {
  const archive = join(CACHE, 'peers.tar');
  if (existsSync(archive)) return readFileSync(archive);
  mkdirSync(CACHE, { recursive: true });
  try {
    download();
  } catch (error) {
    console.log(`no peers: Debian's packages cannot be had here (${String(error)})`);
    return null;
  }
  const all = join(CACHE, 'all');
  const tree = join(CACHE, 'tree');
  for (const folder of [all, tree]) rmSync(folder, { recursive: true, force: true });
  for (const name of readdirSync(CACHE).filter((file) => file.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['-x', join(CACHE, name), all]);
  }
  for (const path of readdirSync(all, { recursive: true, encoding: 'utf8' })) {
    if (KEEP.some((pattern) => pattern.test(path))) {
      const target = path === 'usr/bin/docker' ? 'usr/bin/docker-cli' : path;
      cpSync(join(all, path), join(tree, target), { verbatimSymlinks: true });
    }
  }
  execFileSync('tar', ['-cf', archive, '-C', tree, '.']);
  return readFileSync(archive);
}
