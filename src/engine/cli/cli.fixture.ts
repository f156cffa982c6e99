import { FakeSys, type Peer } from '../sys/fake.ts';
import { encode } from '../sys/fake/bytes.ts';
import { command } from './main.ts';

/** A request as the daemon of a test sees it. */
export interface Request {
  readonly method: string;
  /** Without the version, with the query. */
  readonly url: string;
  readonly body: unknown;
}

/** What a test's daemon answers: a JSON document, or a raw stream (status 101). */
export interface Answer {
  readonly status?: number;
  /** A promise lets the head go first and the body follow. */
  readonly body?: unknown;
  /** Takes the connection over behind the head. */
  readonly upgraded?: (peer: Peer) => void;
}

/** A user at a terminal, or at pipes, whose `docker` talks to a daemon that the test plays. */
export class User extends FakeSys {
  readonly requests: Request[] = [];
  readonly #answer: (request: Request) => Answer;
  readonly #shown: Record<number, string> = { 1: '', 2: '' };
  readonly #typed: (string | null)[] = [];
  #wakeReader: () => void = () => undefined;
  readonly #watchers: (() => void)[] = [];

  constructor(answer: (request: Request) => Answer) {
    super();
    this.#answer = answer;
    this.sockets.serve('/var/run/docker.sock', (peer) => void this.#serve(peer));
  }

  /** Descriptors 0 to 2 are one terminal. */
  atTerminal(rows = 24, cols = 80): this {
    const terminal = { rows, cols, raw: false };
    for (const fd of [0, 1, 2]) this.terminals.set(fd, terminal);
    return this;
  }

  run(...argv: string[]): Promise<number> {
    return command(this, argv, {}, '/home/learner');
  }

  /** Keys that the user presses, or the next piece of a pipe; null is its end. */
  type(text: string | null): void {
    this.#typed.push(text);
    this.#wakeReader();
  }

  get out(): string {
    return this.#shown[1] ?? '';
  }

  get err(): string {
    return this.#shown[2] ?? '';
  }

  /** Resolves once `seen` holds; looks whenever something was asked or shown. */
  async until(seen: () => boolean): Promise<void> {
    while (!seen()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  override async read(fd: number, max?: number): Promise<ArrayBuffer> {
    if (fd !== 0) return await super.read(fd, max);
    while (this.#typed.length === 0) await new Promise<void>((wake) => (this.#wakeReader = wake));
    return this.encode(this.#typed.shift() ?? '');
  }

  override async write(fd: number, data: string | ArrayBuffer | Uint8Array): Promise<void> {
    if (fd !== 1 && fd !== 2) return await super.write(fd, data);
    this.#shown[fd] += typeof data === 'string' ? data : this.decode(data);
    this.#look();
  }

  #look(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }

  async #serve(peer: Peer): Promise<void> {
    const parser = this.httpParser('request');
    let head = { method: '', url: '' };
    let body = '';
    for (;;) {
      const data = await peer.read();
      if (data.length === 0) return;
      const { events, rest } = parser.feed(data);
      for (const event of events) {
        if (event.type === 'head') head = { method: event.method, url: event.url };
        else if (event.type === 'body') body += this.decode(event.data);
        if (event.type === 'end' || (event.type === 'head' && event.upgrade)) {
          // An upgrade's body stands behind its head.
          const text = event.type === 'head' && rest ? this.decode(rest) : body;
          body = '';
          const taken = await this.#reply(peer, head, text);
          if (taken) return;
        }
      }
    }
  }

  async #reply(peer: Peer, head: { method: string; url: string }, text: string): Promise<boolean> {
    const request: Request = {
      method: head.method,
      url: head.url.replace(/^\/v1\.47/, ''),
      body: text === '' ? null : JSON.parse(text),
    };
    this.requests.push(request);
    this.#look();
    const { status = 200, body, upgraded } = this.#answer(request);
    if (upgraded) {
      peer.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      upgraded(peer);
      return true;
    }
    peer.write(`HTTP/1.1 ${status} X\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const document = JSON.stringify(await body) ?? '';
    const size = this.encode(document).byteLength;
    peer.write(`${size > 0 ? `${size.toString(16)}\r\n${document}\r\n` : ''}0\r\n\r\n`);
    return false;
  }
}

/** A promise with its key. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** A piece of a stream without a terminal: 1 is output, 2 is error output. */
export function frame(stream: 1 | 2, text: string): Uint8Array {
  const body = new Uint8Array(encode(text));
  const framed = new Uint8Array(8 + body.length);
  framed[0] = stream;
  new DataView(framed.buffer).setUint32(4, body.length);
  framed.set(body, 8);
  return framed;
}
