/** The real Docker CLI's classic builder against `npm run machine`: a tar body, and every way to give one. */
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bottle, findDocker } from './docker/bottle.ts';

const docker = await findDocker();

describe.skipIf(docker.missing)(`docker build of ${docker.title}`, () => {
  let bottle: Bottle;
  let directory: string;
  const run = (...args: readonly string[]): ReturnType<Bottle['docker']> => bottle.docker(...args);

  beforeAll(async () => {
    bottle = await Bottle.start();
    directory = await mkdtemp(join(tmpdir(), 'peers-build-'));
    await mkdir(join(directory, 'sub/logs'), { recursive: true });
    const files = {
      Dockerfile:
        'FROM busybox\nARG who=me\nWORKDIR /w\nCOPY . .\nRUN echo hello $who; find . | sort\nCMD ["cat", "f"]\n',
      Other: 'FROM busybox\nRUN exit 5\n',
      '.dockerignore': '**/*.log\nOther\n',
      f: 'from the host\n',
      'sub/logs/a.log': 'x',
      'sub/g': 'y',
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(directory, name), content);
    }
    await symlink('f', join(directory, 'link'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
    expect(await bottle.stop()).toMatchObject({ status: 0 });
  });

  it('pulls, runs, commits and tags', async () => {
    const { status, stdout } = await run('build', '-t', 'p:1', '--build-arg', 'who=you', directory);
    expect(stdout).toMatch(/^Sending build context to Docker daemon +[\d.]+kB/);
    expect(stdout).toContain('Step 1/6 : FROM busybox\nlatest: Pulling from library/busybox\n');
    expect(stdout).toContain(
      '\nhello you\n.\n./.dockerignore\n./Dockerfile\n./f\n./link\n./sub\n./sub/g\n./sub/logs\n ---> Removed',
    );
    expect(stdout).toMatch(/Successfully built ([0-9a-f]{12})\nSuccessfully tagged p:1\n$/);
    expect(status).toBe(0);
    expect((await run('run', '--rm', 'p:1')).stdout).toBe('from the host\n');
  });

  it('finds all of it in the cache', async () => {
    const { stdout } = await run('build', '--build-arg', 'who=you', directory);
    expect(stdout.match(/ ---> Using cache\n/g)).toHaveLength(5);
    const changed = await run('build', '--build-arg', 'who=them', directory);
    expect(changed.stdout.match(/ ---> Using cache\n/g)).toHaveLength(3);
  });

  it('exits as the command that failed', async () => {
    const { status, stderr } = await run('build', '-f', join(directory, 'Other'), directory);
    expect(stderr).toContain("The command '/bin/sh -c exit 5' returned a non-zero code: 5\n");
    expect(status).toBe(5);
  });

  it('says only the ID with -q, and writes it with --iidfile', async () => {
    const file = join(directory, 'sub/id.log');
    const { stdout } = await run(
      ...['build', '-q', '--iidfile', file, '--label', 'a=b', '--target', '0', directory],
    );
    expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  it('prunes what nobody needs', async () => {
    const { stdout, status } = await run('builder', 'prune', '-af');
    expect(stdout).toMatch(
      /^Deleted build cache objects:\n([0-9a-f]{64}\n)+\nTotal reclaimed space: /,
    );
    expect(status).toBe(0);
  });
});
