/** A registry for tests, at the other end of the fake's sockets: what it is told to say, it says. */
import { configurationText, digestOf, tar } from '../image/image.fixture.ts';
import type { FakeSys, Peer } from '../sys/fake.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ArrayBuffer;
  /** Sends this many bytes of the body only and closes; of a list, the next at each request, then all. */
  readonly cut?: number | number[];
  /** Knows nothing of ranges: answers with the whole. */
  readonly whole?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
  /** Closes the connection after the answer, as the header then says. */
  readonly close?: boolean;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

export class FakeRegistry {
  /** Path → answer. */
  readonly replies = new Map<string, Reply>();
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** Range headers that came, in order. */
  readonly ranges: string[] = [];
  /** Requests whose answers are under way, at most. */
  most = 0;
  #now = 0;
  connections = 0;
  readonly #sys: FakeSys;
  #hanging: (() => void) | null = null;

  constructor(sys: FakeSys, address = '192.168.86.1:80') {
    this.#sys = sys;
    sys.sockets.serve(address, (peer) => {
      this.connections++;
      void this.#answer(peer);
    });
  }

  /** Resolves when a request is left without an answer. */
  hanging(): Promise<void> {
    return new Promise((resolve) => (this.#hanging = resolve));
  }

  /** Offers an image; returns its digests and the texts behind them. */
  offer(
    name: string,
    tag: string,
    layers: readonly Readonly<Record<string, string>>[],
    more: Readonly<Record<string, unknown>> = {},
  ): { index: string; manifest: string; config: string; layers: string[] } {
    const sys = this.#sys;
    const tars = layers.map((files) => tar(sys, files));
    const digests = tars.map((data) => digestOf(sys, data));
    const config = configurationText(digests, more);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptor(sys, 'application/vnd.oci.image.config.v1+json', config),
      layers: tars.map((data) => descriptor(sys, LAYER, data)),
    });
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [
        {
          ...descriptor(sys, MANIFEST, '{}'),
          platform: { os: 'linux', architecture: 'amd64' },
        },
        {
          ...descriptor(sys, MANIFEST, manifest),
          platform: { os: 'linux', architecture: '386' },
        },
      ],
    });
    const ids = {
      index: digestOf(sys, index),
      manifest: digestOf(sys, manifest),
      config: digestOf(sys, config),
      layers: digests,
    };
    const document = (body: string, type: string): Reply => ({
      body,
      headers: { 'Content-Type': type },
    });
    this.replies.set(`/v2/${name}/manifests/${tag}`, document(index, INDEX));
    this.replies.set(`/v2/${name}/manifests/${ids.index}`, document(index, INDEX));
    this.replies.set(`/v2/${name}/manifests/${ids.manifest}`, document(manifest, MANIFEST));
    this.replies.set(`/v2/${name}/blobs/${ids.config}`, { body: config });
    digests.forEach((digest, at) => {
      this.replies.set(`/v2/${name}/blobs/${digest}`, { body: tars[at] ?? '' });
    });
    return ids;
  }

  async #answer(peer: Peer): Promise<void> {
    const parser = this.#sys.httpParser('request');
    for (;;) {
      const data = await peer.read();
      if (data.length === 0) return;
      for (const event of parser.feed(data).events) {
        if (event.type !== 'head') continue;
        this.asked.push(event.url);
        const range = event.headers[event.headers.indexOf('range') + 1];
        if (event.headers.includes('range')) this.ranges.push(range ?? '');
        const reply = this.replies.get(event.url) ?? notFound(event.url);
        if (reply.hang === true) {
          this.#hanging?.();
          return;
        }
        this.most = Math.max(this.most, ++this.#now);
        // Whoever else asks at the same time is heard first.
        for (let turn = 0; turn < 20; turn++) await undefined;
        this.#now--;
        const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
        const cut = typeof reply.cut === 'object' ? reply.cut.shift() : reply.cut;
        this.#send(peer, reply, reply.whole === true ? 0 : from, cut);
        if (cut !== undefined || reply.close === true) {
          peer.end();
          return;
        }
      }
    }
  }

  #send(peer: Peer, reply: Reply, from: number, cut: number | undefined): void {
    const { body = '', headers = {}, status = from === 0 ? 200 : 206 } = reply;
    const whole = new Uint8Array(typeof body === 'string' ? this.#sys.encode(body) : body);
    const data = whole.subarray(from);
    const all = {
      'Content-Length': String(data.length),
      ...(from === 0
        ? {}
        : { 'Content-Range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
      ...headers,
      ...(reply.close === true ? { Connection: 'close' } : {}),
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    peer.write(`HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n`);
    const sent = data.subarray(0, cut ?? data.length);
    // In pieces, so that nothing relies on the borders.
    for (let at = 0; at < sent.length; at += 700) peer.write(sent.subarray(at, at + 700));
  }
}

export function failure(status: number, code: string, message: string): Reply {
  return { status, body: JSON.stringify({ errors: [{ code, message }] }) };
}

function notFound(url: string): Reply {
  return url.includes('/busybox/')
    ? failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    : failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
}

export function descriptor(
  sys: FakeSys,
  mediaType: string,
  content: string | ArrayBuffer,
): { mediaType: string; digest: string; size: number } {
  const data = typeof content === 'string' ? sys.encode(content) : content;
  return { mediaType, digest: digestOf(sys, data), size: data.byteLength };
}
