import { describe, expect, it } from 'vitest';
import type { Duplex } from '../duplex.ts';
import { request, upgrade } from './client.ts';
import { serveHttp } from './server.ts';
import type { Handler } from './server.ts';

/** Two ends of a connection in memory. */
function pipe(): [Duplex, Duplex] {
  const [there, back] = [
    new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 8 }),
    new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 8 }),
  ];
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

/** Connects to a server with this handler. */
function to(handler: Handler): () => Promise<Duplex> {
  return async () => {
    const [near, far] = pipe();
    void serveHttp(far, 'http://test', handler);
    return near;
  };
}

/** Sends raw text to the server, ends, and returns everything that comes back. */
async function raw(text: string, handler: Handler): Promise<string> {
  const [near, far] = pipe();
  void serveHttp(far, 'http://test', handler);
  const writer = near.writable.getWriter();
  void writer.write(new TextEncoder().encode(text)).then(() => writer.close());
  return collect(near.readable);
}

/** A server that reads a request's head and answers with raw text. */
function saying(text: string): () => Promise<Duplex> {
  return async () => {
    const [near, far] = pipe();
    far.readable.pipeTo(new WritableStream()).catch(() => undefined); // the client may cut it
    const writer = far.writable.getWriter();
    void writer.write(new TextEncoder().encode(text)).then(() => writer.close());
    return near;
  };
}

async function collect(readable: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
}

describe('client and server', () => {
  it('carry methods, paths, fields and bodies', async () => {
    const connect = to(async (incoming) =>
      Response.json(
        {
          method: incoming.method,
          url: incoming.url,
          field: incoming.headers.get('x-field'),
          body: await incoming.text(),
        },
        { status: 201 },
      ),
    );
    const response = await request(connect, '/a%20b?c=d', {
      method: 'POST',
      headers: { 'x-field': 'v' },
      body: 'hello',
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      method: 'POST',
      url: 'http://test/a%20b?c=d',
      field: 'v',
      body: 'hello',
    });
  });

  it('stream a body of unknown length in chunks, both ways', async () => {
    const size = 200_000;
    const connect = to((incoming) => new Response(incoming.body));
    let left = size;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = Math.min(left, 7001);
        left -= part;
        if (part > 0) controller.enqueue(new Uint8Array(part).fill(120));
        else controller.close();
      },
    });
    const response = await request(connect, '/', { method: 'PUT', body });
    expect(await response.text()).toBe('x'.repeat(size));
  });

  it('leave out what must have no body', async () => {
    const connect = to((incoming) =>
      incoming.method === 'HEAD'
        ? new Response('abc', { headers: { 'content-length': '3' } })
        : new Response(null, { status: 204 }),
    );
    const head = await request(connect, '/', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('3');
    expect(await head.text()).toBe('');
    expect((await request(connect, '/', {})).status).toBe(204);
  });

  it('turn a handler that throws into 500 with the reason', async () => {
    const response = await request(
      to(() => {
        throw new Error('out of ships');
      }),
      '/',
      {},
    );
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('out of ships');
  });
});

describe('the server', () => {
  it('answers several requests on one connection, and stops when asked to', async () => {
    const text =
      'GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\n\r\n';
    const said = await raw(text, (incoming) => {
      const body = new URL(incoming.url).pathname;
      return new Response(body, { headers: { 'content-length': String(body.length) } });
    });
    expect(said.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(said).toContain('/2');
    expect(said).not.toContain('/3');
  });

  it.each([
    ['no request line', 'hello\r\n\r\n', 'not a request line'],
    ['a field without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n', 'not a header field'],
    ['a folded field', 'GET / HTTP/1.1\r\na: b\r\n c\r\n\r\n', 'not a header field'],
    ['a length that is no number', 'PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n', 'no number'],
    [
      'two ways to end',
      'PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'both',
    ],
    ['an unknown encoding', 'PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n', 'unknown'],
    ['an endless head', `GET / HTTP/1.1\r\na: ${'x'.repeat(70_000)}\r\n\r\n`, 'longer than'],
  ])('refuses %s with 400 and a sentence', async (_name, text, sentence) => {
    const said = await raw(text, () => new Response('never'));
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain(sentence);
  });

  it('answers a client that has not sent everything yet', async () => {
    const [near, far] = pipe();
    void serveHttp(far, 'http://test', () => new Response('enough'));
    const writer = near.writable.getWriter();
    const sent = (async () => {
      const text = 'PUT / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n';
      await writer.write(new TextEncoder().encode(text));
      for (let part = 0; part < 100; part++) await writer.write(new Uint8Array(10_000));
      await writer.close();
    })();
    expect(await collect(near.readable)).toContain('enough');
    await sent;
  });

  it('tells its handler of a body that ends too early', async () => {
    let failure: unknown;
    await raw('PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc', async (incoming) => {
      failure = await incoming.text().catch((error: unknown) => error);
      return new Response('');
    });
    expect(String(failure)).toContain('7 bytes too early');
  });
});

describe('the client', () => {
  it('reads a body up to the end of the connection', async () => {
    const response = await request(saying('HTTP/1.1 200 OK\r\n\r\nall of it'), '/', {});
    expect(await response.text()).toBe('all of it');
  });

  it('skips 100 Continue', async () => {
    const connect = saying(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(await (await request(connect, '/', {})).text()).toBe('ok');
  });

  it('hands out the raw connection after an upgrade', async () => {
    const connect = saying(
      'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw bytes',
    );
    const { response, stream } = await upgrade(connect, '/attach', { method: 'POST' });
    expect(response.status).toBe(101);
    expect(stream && (await collect(stream.readable))).toBe('raw bytes');
  });

  it.each([
    ['silence', '', 'without answering'],
    ['another protocol', 'SSH-2.0-x\r\n\r\n', 'no HTTP'],
  ])('names %s', async (_name, text, sentence) => {
    await expect(request(saying(text), '/x', {})).rejects.toThrow(sentence);
  });

  it('notices a chunked body that is cut off', async () => {
    const connect = saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc');
    const response = await request(connect, '/', {});
    await expect(response.text()).rejects.toThrow();
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    const never = to(() => new Promise<Response>(() => undefined));
    const asked = request(never, '/', { signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });
});
