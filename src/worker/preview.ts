import { guestHref, intended, parsePreview, previewHref } from './address.ts';
import type { Place } from './address.ts';
import type { Answer, Asked, Wish } from './protocol.ts';

declare const self: ServiceWorkerGlobalScope;

/**
 * The machine that a request is for: it is a preview's address, or a previewed page makes it. Null when it is none
 * of the preview's business.
 */
export async function destinationOf(
  site: URL,
  { request, clientId }: FetchEvent,
): Promise<{ place: Place; path: string } | null> {
  const url = new URL(request.url);
  const direct = parsePreview(site, url);
  if (direct) return direct;
  const from = await asker(site, request, clientId);
  return from && intended(site, from, url);
}

/** The preview that a request comes from: its page's address is the best witness, the referrer the second. */
async function asker(site: URL, { referrer }: Request, clientId: string): Promise<Place | null> {
  const client = clientId === '' ? undefined : await self.clients.get(clientId);
  for (const address of [client?.url, referrer]) {
    const known = address ? parsePreview(site, new URL(address)) : null;
    if (known) return known.place;
  }
  return null;
}

/** Has the tab with the machine answer a request. */
export async function answerPreview(
  site: URL,
  { request }: FetchEvent,
  { place, path }: { place: Place; path: string },
): Promise<Response> {
  const document = request.mode === 'navigate';
  // the page's address is to be the preview's: everything that it asks for later is understood by it
  const href = previewHref(site, place, path);
  const { hash, href: asked } = new URL(request.url);
  if (document && asked !== href + hash) return Response.redirect(href + hash, 307);
  const tab = await self.clients.get(place.client);
  if (!tab) return document ? gone() : Response.error();
  const body =
    request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer();
  const referrer = request.referrer === '' ? null : parsePreview(site, new URL(request.referrer));
  const message: Asked = {
    kind: 'preview',
    host: place.host,
    port: place.port,
    method: request.method,
    path,
    fields: [...request.headers],
    body,
    referrer: referrer ? guestHref(referrer.place, referrer.path) : '',
    document,
  };
  const { port1, port2 } = new MessageChannel();
  tab.postMessage(message, [port2, ...(body ? [body] : [])]);
  return received(port1, request.signal);
}

/** The answer that comes in on a port. */
function received(port: MessagePort, signal: AbortSignal): Promise<Response> {
  const wish = (what: Wish): void => {
    port.postMessage(what);
  };
  signal.addEventListener('abort', () => {
    wish('stop');
  });
  return new Promise((resolve) => {
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    port.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
      if (answer.kind === 'head') {
        const { status, reason: statusText } = answer;
        const stream = answer.body
          ? new ReadableStream<Uint8Array>(
              {
                start: (controller) => {
                  body = controller;
                },
                pull: () => {
                  wish('more');
                },
                cancel: () => {
                  wish('stop');
                },
              },
              { highWaterMark: 0 },
            )
          : null;
        const headers = answer.fields.map(([name, value]): [string, string] => [name, value]);
        resolve(new Response(stream, { status, statusText, headers }));
      } else if (answer.kind === 'piece') body?.enqueue(answer.bytes);
      else if (answer.kind === 'end') body?.close();
      else if (body) body.error(new TypeError('the connection to the machine broke'));
      else resolve(Response.error());
    };
  });
}

/** Only a preview that was opened in a tab of its own outlives its machine. */
function gone(): Response {
  const text = `<!doctype html><meta charset="utf-8"><title>404</title>
<p lang="en">The tab with this machine is closed, and the machine with it. Open the preview again from a tab that has one.</p>
<p lang="ko">이 머신이 있던 탭이 닫혀서 머신도 꺼졌어요. 머신이 있는 탭에서 미리 보기를 다시 열어 주세요.</p>`;
  return new Response(text, {
    status: 404,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
}
