import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from './gateway.ts';
import { relayProblem, throughRelay } from './relay.ts';

describe('the way out', () => {
  const layer = new Uint8Array(300_000).map((_, index) => index % 251);
  const seen: { url: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.headers, body });
      if (request.url === '/v2/layer') response.end(gzipSync(layer));
      else if (request.url?.startsWith('/v2/broken')) breaksOff(request, response);
      else if (request.url === '/v2/')
        response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      else if (request.url === '/v2/absolute')
        response
          .writeHead(202, { location: `http://${request.headers.host ?? ''}/v2/next?a=b%2Fc` })
          .end();
      else
        response
          .writeHead(202, { location: '/v2/next', 'bottle-gateway': 'a lie' })
          .end(request.url);
    });
  });
  /** Half of what is left each time, once more than half of it all is there; `anew` knows no ranges. */
  function breaksOff({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const packed = gzipSync(layer);
    const from = url.endsWith('anew') ? 0 : Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
    const rest = packed.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length });
    const times = seen.filter((one) => one.url === url).length;
    if (times > 2 && !url.endsWith('always')) response.end(rest);
    else response.write(rest.subarray(0, rest.length >> 1), () => response.destroy());
  }
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  const outer = (path: string): string => `http://host.docker.internal:${port}${path}`;

  it('leads to this computer, with what was asked and what was sent', async () => {
    const gateway = createGateway();
    const answer = await gateway(
      new Request(outer('/v2/app/blobs/uploads/?digest=x'), {
        method: 'POST',
        headers: { authorization: 'Bearer abc', connection: 'close' },
        body: 'content',
      }),
    );
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe('/v2/next');
    expect(answer.headers.get('bottle-gateway')).toBeNull();
    expect(seen.at(-1)).toMatchObject({
      url: '/v2/app/blobs/uploads/?digest=x',
      body: 'content',
      headers: { authorization: 'Bearer abc', host: `localhost:${port}` },
    });
    const absolute = await gateway(new Request(outer('/v2/absolute'), { method: 'POST' }));
    expect(absolute.headers.get('location')).toBe(outer('/v2/next?a=b%2Fc'));
    const denied = await gateway(new Request(outer('/v2/')));
    expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('unpacks layers on the way', async () => {
    const gateway = createGateway();
    const get = (packing: string): Promise<Response> =>
      gateway(new Request(outer('/v2/layer'), { headers: { 'bottle-unpack': packing } }));
    const answer = await get('gzip');
    expect(answer.headers.get('content-length')).toBeNull();
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(new Uint8Array(await answer.arrayBuffer()))).toBe(digest(layer));
    expect(seen.at(-1)?.headers['bottle-unpack']).toBeUndefined();
    const other = await get('lzma');
    expect(other.status).toBe(502);
  });

  it('goes on with a packed layer where the network broke it off', async () => {
    const gateway = createGateway();
    const get = (path: string): Promise<Response> =>
      gateway(new Request(outer(path), { headers: { 'bottle-unpack': 'gzip' } }));
    for (const path of ['/v2/broken', '/v2/broken/anew']) {
      const bytes = new Uint8Array(await (await get(path)).arrayBuffer());
      expect(Buffer.from(bytes).equals(Buffer.from(layer))).toBe(true);
    }
    const half = gzipSync(layer).length >> 1;
    const ranges = seen
      .filter(({ url }) => url === '/v2/broken')
      .map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(3);
    expect(ranges.slice(0, 2)).toEqual([undefined, `bytes=${half}-`]);
    await expect((await get('/v2/broken/always')).arrayBuffer()).rejects.toThrow();
  }, 20_000);

  it('says why nothing came, in words that Docker has where there are any', async () => {
    const gateway = createGateway();
    const why = async (url: string): Promise<string | null> =>
      (await gateway(new Request(url))).headers.get('bottle-gateway');
    expect(await why('http://nowhere.invalid/v2/')).toBe(
      'dial tcp: lookup nowhere.invalid: no such host',
    );
    expect(await why('http://127.0.0.1:1/v2/')).toContain('127.0.0.1:1');
    expect(await why('https://registry-1.docker.io/v2/')).toContain('name a relay in the settings');
    const blocked = createGateway({
      fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    });
    const answer = await blocked(new Request('https://registry.example:5000/v2/'));
    expect(await answer.text()).toContain('registry.example:5000 cannot be reached from this page');
  });

  it('goes by a relay when one is named, to Docker Hub too', async () => {
    const relay = `http://127.0.0.1:${port}/relay?to={url}`;
    await createGateway({ relay: () => relay })(new Request('https://registry-1.docker.io/v2/'));
    expect(seen.at(-1)?.url).toBe('/relay?to=https%3A%2F%2Fregistry-1.docker.io%2Fv2%2F');
    expect(throughRelay('https://relay.example', 'https://a.example/v2/?n=1')).toBe(
      'https://relay.example/https://a.example/v2/?n=1',
    );
    expect(relayProblem('https://relay.example/{url}')).toBeNull();
    expect(relayProblem('http://localhost:8080/')).toBeNull();
    expect(relayProblem('http://relay.example/')).toBe('not-secure');
    expect(relayProblem('relay.example')).toBe('no-address');
    expect(relayProblem('javascript:alert(1)')).toBe('no-address');
  });
});
