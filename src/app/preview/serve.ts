import { MachineError } from '../../machine/errors.ts';
import { send } from '../../machine/http/client.ts';
import type { Answer as HttpAnswer } from '../../machine/http/client.ts';
import type { Answer, Asked, Fields, Wish } from '../../worker/protocol.ts';
import type { Guest } from '../state/guest.ts';
import { CookieJar } from './cookies.ts';
import { answerFields, requestFields } from './fields.ts';
import { problemOf } from './problem.ts';
import type { Problem } from './problem.ts';

export interface PreviewServer {
  /** Address of the site's folder. */
  readonly site: URL;
  /** This tab's id at the service worker. */
  readonly client: string;
  /** The machine of that name; null while it does not run. */
  readonly guest: (host: string) => Guest | null;
  /** The page to show in place of one that could not be had. */
  readonly failurePage: (problem: Problem, asked: Asked) => string;
  /** A page is on its way into the frame. */
  readonly onpage: () => void;
}

/** The cookies of a machine end with it. */
const jars = new WeakMap<Guest, CookieJar>();

/** Answers the requests of previewed pages, which the service worker sends here, until `stop` is called. */
export function servePreviews(server: PreviewServer): { stop: () => void } {
  const { serviceWorker } = navigator;
  const listen = ({ data, ports: [port] }: MessageEvent<Asked>): void => {
    if (data.kind === 'preview' && port) void serve(server, data, port);
  };
  serviceWorker.addEventListener('message', listen);
  serviceWorker.startMessages();
  return {
    stop: () => {
      serviceWorker.removeEventListener('message', listen);
    },
  };
}

async function serve(server: PreviewServer, asked: Asked, port: MessagePort): Promise<void> {
  const stop = new AbortController();
  port.addEventListener('message', ({ data }: MessageEvent<Wish>) => {
    if (data === 'stop') stop.abort();
  });
  port.start();
  const tell = (answer: Answer, transfer: Transferable[] = []): void => {
    port.postMessage(answer, transfer);
  };
  try {
    const { answer, fields } = await ask(server, asked, stop.signal);
    const body = answer.body && unpacked(answer.body, answer.fields.get('content-encoding'));
    const { status, reason } = answer;
    // no Response can have another status
    if (status > 599) {
      throw new MachineError('bad-http', `The guest answered with the status ${String(status)}.`);
    }
    const empty = status === 204 || status === 205 || status === 304;
    tell({
      kind: 'head',
      status,
      // a Response takes no line with anything but bytes of Latin-1
      reason: /^[\t\x20-\x7e]*$/.test(reason) ? reason : '',
      fields,
      body: body !== null && !empty,
    });
    if (asked.document) server.onpage();
    if (body && !empty) pass(body, port, tell);
    else port.close();
  } catch (error) {
    if (asked.document) tellPage(server.failurePage(problemOf(error), asked), port, tell);
    else tell({ kind: 'broken' });
    if (asked.document) server.onpage();
  }
}

async function ask(
  { site, client, guest }: PreviewServer,
  asked: Asked,
  signal: AbortSignal,
): Promise<{ answer: HttpAnswer; fields: Fields }> {
  const machine = guest(asked.host);
  if (machine === null) throw new MachineError('destroyed', 'The machine does not run.');
  const jar = jars.get(machine) ?? new CookieJar();
  jars.set(machine, jar);
  const answer = await send(() => machine.network.connect(asked.port), asked.path, {
    method: asked.method,
    host: asked.port === 80 ? asked.host : `${asked.host}:${String(asked.port)}`,
    headers: requestFields(asked, jar.field(asked.path), navigator),
    ...(asked.body && { body: new Uint8Array(asked.body) }),
    signal,
  });
  for (const cookie of answer.fields.getSetCookie()) jar.take(cookie, asked.path);
  const { host, port } = asked;
  const fields = answerFields(site, { client, host, port }, asked.path, answer.fields);
  return {
    answer,
    fields: fields.filter(([name]) => name !== 'content-encoding'),
  };
}

/** Hands the body over piece by piece, each when it is asked for. */
function pass(
  body: ReadableStream<Uint8Array>,
  port: MessagePort,
  tell: (answer: Answer, transfer?: Transferable[]) => void,
): void {
  const reader = body.getReader();
  const next = async (): Promise<void> => {
    try {
      const { done, value } = await reader.read();
      if (!done) {
        const bytes = new Uint8Array(value); // a copy: the rest of its buffer is the network's
        tell({ kind: 'piece', bytes }, [bytes.buffer]);
        return;
      }
      tell({ kind: 'end' });
    } catch {
      tell({ kind: 'broken' });
    }
    port.close();
  };
  port.addEventListener('message', ({ data }: MessageEvent<Wish>) => {
    if (data === 'more') void next();
  });
}

/** Undoes what a server packs though nobody asked for it; what cannot be undone goes on as it is. */
function unpacked(
  body: ReadableStream<Uint8Array>,
  encoding: string | null,
): ReadableStream<Uint8Array> {
  const known = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' } as const;
  const format = Object.entries(known).find(([name]) => name === encoding?.toLowerCase())?.[1];
  if (format === undefined) return body;
  // the stream's own bytes are never shared memory, which is all that the types differ in
  return (body as ReadableStream<BufferSource>).pipeThrough(new DecompressionStream(format));
}

function tellPage(
  html: string,
  port: MessagePort,
  tell: (answer: Answer, transfer?: Transferable[]) => void,
): void {
  const bytes = new TextEncoder().encode(html);
  tell({
    kind: 'head',
    status: 502,
    reason: 'Bad Gateway',
    fields: [['content-type', 'text/html; charset=utf-8']],
    body: true,
  });
  tell({ kind: 'piece', bytes });
  tell({ kind: 'end' });
  port.close();
}
