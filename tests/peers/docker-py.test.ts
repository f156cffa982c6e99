/** docker-py, which knows nothing of this project, against the headless machine. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bottle } from './docker/bottle.ts';
import { Process } from './docker/process.ts';
import { findTool } from './tools.ts';

const DRIVE = fileURLToPath(new URL('./python/drive.py', import.meta.url));

// Debian's own interpreter: another one in PATH has no modules of Debian's packages.
const python = await findTool({
  command: '/usr/bin/python3',
  module: 'docker',
  debian: 'python3-docker',
});

describe.skipIf(python.missing)(`docker-py, by ${python.title}`, () => {
  let bottle: Bottle;

  beforeAll(async () => {
    bottle = await Bottle.start();
  });
  afterAll(async () => {
    expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['lifecycle', 'execs', 'attach', 'logs', 'archives', 'events', 'networks', 'volumes'])(
    '%s',
    async (test) => {
      const env = { PATH: process.env['PATH'], DOCKER_HOST: bottle.host };
      const drive = new Process(['timeout', '60', python.command, DRIVE, test], env).end();
      expect(await drive.ended).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
});
