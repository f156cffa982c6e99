import { expect, test, vi } from 'vitest';
import type { Guest } from '../state/guest.ts';
import { engineClient } from './client.ts';

/** A guest whose engine answers `request`. */
function guestAnswering(request: Guest['request']): Guest {
  return {
    consoles: [],
    request,
    on: () => ({ dispose: () => undefined }),
    pause: () => undefined,
    resume: () => undefined,
    destroy: () => Promise.resolve(),
  };
}

test('a body is cut into lines wherever its pieces break, inside a character too', async () => {
  const bytes = new TextEncoder().encode('{"a":"가"}\n{"b":2}\n\n{"c":3}');
  const pieces = [bytes.slice(0, 7), bytes.slice(7, 12), bytes.slice(12)];
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const client = engineClient(guestAnswering(() => Promise.resolve(new Response(body))));
  const lines: string[] = [];
  const opened = vi.fn();
  await client.stream('/events', (line) => lines.push(line), new AbortController().signal, opened);
  expect(opened).toHaveBeenCalledOnce();
  expect(lines).toEqual(['{"a":"가"}', '{"b":2}', '{"c":3}']);
});

test('aborting ends a stream that would go on for ever', async () => {
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('one\n'));
    },
  });
  const client = engineClient(guestAnswering(() => Promise.resolve(new Response(endless))));
  const abort = new AbortController();
  await client.stream(
    '/events',
    () => {
      abort.abort();
    },
    abort.signal,
    () => undefined,
  );
});

test('an answer that is no success rejects with its status', async () => {
  const client = engineClient(
    guestAnswering(() => Promise.resolve(new Response('no such container', { status: 404 }))),
  );
  await expect(client.get('/containers/x/json')).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('/containers/x/json') as string,
  });
});
