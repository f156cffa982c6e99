/** A registry for tests that takes what is pushed, as the specification's "Push" wants it; nothing is checked. */
import type { FakeSys, Peer } from '../sys/fake.ts';

export class TakingRegistry {
  /** `repository@digest` → content. */
  readonly blobs = new Map<string, string>();
  /** `repository:tag` → the manifest and its type. */
  readonly manifests = new Map<string, { readonly type: string; readonly text: string }>();
  /** `METHOD path`, in order. */
  readonly asked: string[] = [];
  /** Refuses what it would answer otherwise; null lets it. */
  refuse: (request: string) => Refusal | null = () => null;
  readonly #sys: FakeSys;

  constructor(sys: FakeSys, address = '192.168.86.1:80') {
    this.#sys = sys;
    sys.sockets.serve(address, (peer) => void this.#serve(peer));
  }

  async #serve(peer: Peer): Promise<void> {
    const parser = this.#sys.httpParser('request');
    let head = { method: '', url: '', type: '' };
    let body = '';
    for (;;) {
      const data = await peer.read();
      if (data.length === 0) return;
      for (const event of parser.feed(data).events) {
        if (event.type === 'head') {
          const at = event.headers.indexOf('content-type');
          head = { method: event.method, url: event.url, type: event.headers[at + 1] ?? '' };
          body = '';
        } else if (event.type === 'body') body += this.#sys.decode(event.data);
        else this.#answer(peer, head, body);
      }
    }
  }

  #answer(peer: Peer, head: { method: string; url: string; type: string }, body: string): void {
    const request = `${head.method} ${head.url}`;
    this.asked.push(request);
    const refusal = this.refuse(request);
    const { status, more = '', text = '' } = refusal ?? this.#do(request, head.type, body);
    peer.write(
      `HTTP/1.1 ${status} Whatever\r\n${more}Content-Length: ${text.length}\r\n\r\n${head.method === 'HEAD' ? '' : text}`,
    );
  }

  #do(request: string, type: string, body: string): Refusal {
    const [, method = '', repository = '', kind = '', rest = ''] =
      /^(\w+) \/v2\/(.+?)\/(blobs|manifests)\/(.*)$/.exec(request) ?? [];
    if (kind === 'manifests') {
      this.manifests.set(`${repository}:${rest}`, { type, text: body });
      return { status: 201 };
    }
    if (method === 'HEAD') return { status: this.blobs.has(`${repository}@${rest}`) ? 200 : 404 };
    if (method === 'DELETE') return { status: 204 };
    const query = new Map(
      (rest.split('?')[1] ?? '')
        .split('&')
        .map((pair) => [pair.split('=')[0] ?? '', decodeURIComponent(pair.split('=')[1] ?? '')]),
    );
    if (method === 'PUT') {
      this.blobs.set(`${repository}@${query.get('digest') ?? ''}`, body);
      return { status: 201 };
    }
    const wanted = query.get('mount') ?? '';
    const there = this.blobs.get(`${query.get('from') ?? ''}@${wanted}`);
    if (there === undefined) {
      return { status: 202, more: `Location: /v2/${repository}/blobs/uploads/1?state=x\r\n` };
    }
    this.blobs.set(`${repository}@${wanted}`, there);
    return { status: 201 };
  }
}

interface Refusal {
  readonly status: number;
  /** Lines of the head. */
  readonly more?: string;
  readonly text?: string;
}
