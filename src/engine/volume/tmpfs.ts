import { EngineError } from '../errors.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '../rootfs/flags.ts';
import type { Call } from '../sys/step.ts';

const MS_SYNCHRONOUS = 16;
const MS_DIRSYNC = 128;
const MS_NOATIME = 1024;
const MS_NODIRATIME = 2048;
const MS_RELATIME = 1 << 21;
const MS_STRICTATIME = 1 << 24;

/** Words of mount(8) that set a flag, and those that take it back. */
const SET: Readonly<Record<string, number>> = {
  ro: MS_RDONLY,
  noexec: MS_NOEXEC,
  nosuid: MS_NOSUID,
  nodev: MS_NODEV,
  sync: MS_SYNCHRONOUS,
  dirsync: MS_DIRSYNC,
  noatime: MS_NOATIME,
  nodiratime: MS_NODIRATIME,
  relatime: MS_RELATIME,
  strictatime: MS_STRICTATIME,
};
const CLEAR: Readonly<Record<string, number>> = {
  rw: MS_RDONLY,
  exec: MS_NOEXEC,
  suid: MS_NOSUID,
  dev: MS_NODEV,
  async: MS_SYNCHRONOUS,
  atime: MS_NOATIME,
  diratime: MS_NODIRATIME,
  norelatime: MS_RELATIME,
  nostrictatime: MS_STRICTATIME,
  defaults: 0,
};

/** Options that tmpfs(5) takes with a value. */
const DATA = /^(mode|uid|gid|size|nr_inodes|nr_blocks|mpol)=/;

/** @throws EngineError 400 when one is not an option of a tmpfs. */
export function checkTmpfsOptions(options: string): void {
  const unknown = words(options).filter(
    (word) => !Object.hasOwn(SET, word) && !Object.hasOwn(CLEAR, word) && !DATA.test(word),
  );
  if (unknown.length > 0) {
    throw new EngineError(
      400,
      `invalid tmpfs option ${JSON.stringify(unknown).replaceAll(',', ' ')}`,
    );
  }
}

/** A tmpfs of the container's own; options as `--tmpfs` takes them, checked before. */
export function tmpfsMount(target: string, options: string): Call {
  let flags = MS_NOEXEC | MS_NOSUID | MS_NODEV;
  const data = new Map<string, string>();
  for (const word of words(options)) {
    if (Object.hasOwn(SET, word)) flags |= SET[word] ?? 0;
    else if (Object.hasOwn(CLEAR, word)) flags &= ~(CLEAR[word] ?? 0);
    else data.set(word.slice(0, word.indexOf('=')), word);
  }
  return {
    op: 'mount_in',
    source: 'tmpfs',
    target,
    fstype: 'tmpfs',
    flags,
    data: [...data.values()].join(','),
    kind: 'follow-dir',
  };
}

function words(options: string): string[] {
  return options.split(',').filter((word) => word !== '');
}
