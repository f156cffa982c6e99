import { describe, expect, it } from 'vitest';
import { engineClient } from './client.ts';

function streamOf(chunks: readonly (string | Uint8Array)[]): Response {
  const bytes = chunks.map((chunk) =>
    typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk,
  );
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of bytes) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );
}

async function linesOf(chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const lines: string[] = [];
  const client = engineClient(() => Promise.resolve(streamOf(chunks)));
  await client.stream(
    '/events',
    (line) => lines.push(line),
    new AbortController().signal,
    () => lines.push('open'),
  );
  return lines;
}

describe('a stream', () => {
  it('is lines, wherever the chunks end', async () => {
    const [first, second] = [new Uint8Array([0xea, 0xb0]), new Uint8Array([0x80, 0x0a])];
    expect(await linesOf(['{"a":', '1}\n{"b":2}\n', first, second, 'rest'])).toEqual([
      'open',
      '{"a":1}',
      '{"b":2}',
      '가',
      'rest',
    ]);
  });

  it('ends when it is aborted', async () => {
    const stop = new AbortController();
    const client = engineClient(() => Promise.resolve(new Response(new ReadableStream())));
    const ended = client.stream(
      '/events',
      () => undefined,
      stop.signal,
      () => undefined,
    );
    stop.abort();
    await ended;
  });

  it('rejects with what a line’s reader throws', async () => {
    const client = engineClient(() => Promise.resolve(streamOf(['oops\n'])));
    const read = client.stream(
      '/events',
      (line) => JSON.parse(line),
      new AbortController().signal,
      () => undefined,
    );
    await expect(read).rejects.toThrow('oops');
  });
});

it('an answer that is an error rejects with its status', async () => {
  const client = engineClient(() =>
    Promise.resolve(new Response('{"message":"no"}', { status: 404 })),
  );
  await expect(client.get('/containers/x/json')).rejects.toMatchObject({
    status: 404,
    message: 'GET /containers/x/json: the engine answered 404 {"message":"no"}',
  });
});
