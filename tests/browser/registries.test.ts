/** From a real browser: Debian's own registry server at another origin, which lets pages read it, and which does not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offer } from '../guest/offered.ts';
import { Process } from '../peers/docker/process.ts';
import { findTool } from '../peers/tools.ts';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

const registry = await findTool({ command: 'docker-registry', debian: 'docker-registry' });

/** What a registry's answers need so that a page of another site may read them. */
const CORS = `
  headers:
    Access-Control-Allow-Origin: ['*']
    Access-Control-Allow-Methods: [GET, HEAD, POST, PUT, PATCH, DELETE]
    Access-Control-Allow-Headers: [Accept, Authorization, Content-Type, Range]
    Access-Control-Expose-Headers: [Docker-Content-Digest, Location, WWW-Authenticate]`;

describe.skipIf(registry.missing)(registry.title, () => {
  let browser: Browser;
  let scratch: string;
  let visitor: Visitor;
  const servers: Process[] = [];
  let open = 0;
  let closed = 0;

  async function serve(name: string, headers: string): Promise<number> {
    const settings = join(scratch, `${name}.yml`);
    await writeFile(
      settings,
      `version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: ${join(scratch, name)}}}\nhttp:\n  addr: "127.0.0.1:0"${headers}\n`,
    );
    const server = new Process(['sh', '-c', 'exec docker-registry serve "$0" 2>&1', settings]);
    servers.push(server);
    await server.until('listening on ');
    await server.until('\n');
    return Number(/listening on 127\.0\.0\.1:(\d+)/.exec(server.stdout)?.[1]);
  }

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'browser-registry-'));
    open = await serve('open', CORS);
    closed = await serve('closed', '');
    for (const port of [open, closed]) {
      await offer(`http://127.0.0.1:${port}/v2/team/app`, 'oci', [
        { files: { one: 'bare\n' }, packing: 'none' },
        { files: { two: 'gzip\n' }, packing: 'gzip' },
        { files: { three: 'zstd\n' }, packing: 'zstd' },
      ]);
    }
    await offer(
      `http://127.0.0.1:${open}/v2/team/app`,
      'schema2',
      [{ files: { four: 'Docker’s\n' }, packing: 'gzip' }],
      'docker',
    );
    browser = await launch();
    visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
    await visitor.prompted();
  });

  afterAll(async () => {
    await browser.close();
    for (const server of servers) {
      server.signal('SIGTERM');
      await server.ended;
    }
    await rm(scratch, { recursive: true });
  });

  test('one that lets pages read it: bare, gzip and zstd layers, both kinds of manifest', async () => {
    const host = `host.docker.internal:${open}`;
    await visitor.command(
      `clear; for tag in oci schema2; do docker pull -q ${host}/team/app:$tag; docker create --name $tag ${host}/team/app:$tag x >/dev/null; docker export $tag | tar -x; done; cat one two three four`,
    );
    await visitor.shows(/^bare\ngzip\nzstd\nDocker’s$/m);
    expect(visitor.problems).toEqual([]);
  });

  test('and takes what is pushed', async () => {
    const host = `host.docker.internal:${open}`;
    await visitor.command(
      `clear; docker tag ${host}/team/app:oci ${host}/team/mine; docker push ${host}/team/mine | tail -1`,
    );
    await visitor.shows(/^latest: digest: sha256:[0-9a-f]{64} ?/m);
    const tags = await fetch(`http://127.0.0.1:${open}/v2/team/mine/tags/list`);
    expect(await tags.json()).toEqual({ name: 'team/mine', tags: ['latest'] });
  });

  test('one that does not: a sentence says so, and how a relay helps; with one it goes', async () => {
    const host = `host.docker.internal:${closed}`;
    await visitor.command(
      `clear; docker pull ${host}/team/app:oci 2>&1 | tr -d '\\n' | grep -o 'it does not answer, or'`,
    );
    await visitor.shows(/^it does not answer, or$/m);
    const relay = await relaying();
    await visitor.page.getByRole('button', { name: 'Settings' }).click();
    await visitor.page.getByLabel(/relay/i).fill(relay.address);
    await visitor.page.keyboard.press('Escape');
    await visitor.command(`clear; docker pull -q ${host}/team/app:oci`);
    await visitor.shows(new RegExp(`^${host}/team/app:oci$`, 'm'));
    relay.server.close();
    // The browser itself tells of the answers that it kept from the page.
    expect(
      visitor.problems.filter((problem) => !/CORS|Failed to load resource/.test(problem)),
    ).toEqual([]);
  });
});

/** A relay as small as one can be: fetches what stands behind its address, and lets every page read it. */
async function relaying(): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer((request, response) => {
    const letting = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*',
      'access-control-expose-headers': '*',
    };
    if (request.method === 'OPTIONS') {
      response.writeHead(204, letting).end();
      return;
    }
    const { accept = '*/*' } = request.headers;
    void fetch((request.url ?? '').slice(1), { headers: { accept } }).then(async (answer) => {
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { ...letting, 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return { server, address: `http://localhost:${address.port}` };
}
