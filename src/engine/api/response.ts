/** Answers over a connection of the daemon: whole, in chunks, or none, where the socket stops being HTTP. */
import type { Fd } from '../sys/sys.ts';
import type { Connection } from './http.ts';

const REASONS: Readonly<Record<number, string>> = {
  101: 'UPGRADED',
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** Headers of every answer; clients read the version from them before they ask for it. */
const COMMON =
  'Api-Version: 1.47\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: Docker/27.5.1 (linux)\r\n';

/** The answer to one request: exactly one of `json`, `text`, `empty`, `stream` or `hijack`. */
export class Response {
  readonly #connection: Connection;
  readonly #head: boolean;
  /** The status once an answer has begun. */
  status = 0;
  #chunked = false;

  constructor(connection: Connection, head: boolean) {
    this.#connection = connection;
    this.#head = head;
  }

  json(status: number, body: unknown): Promise<void> {
    return this.text(status, `${JSON.stringify(body)}\n`, 'application/json');
  }

  text(status: number, body: string, type: string, headers = ''): Promise<void> {
    const bytes = this.#connection.sys.encode(body);
    const head = `Content-Type: ${type}\r\n${headers}Content-Length: ${String(bytes.byteLength)}\r\n`;
    // A head and a short body in one write: one segment, one wake-up of the client.
    const begun = this.#begin(status, head);
    return this.#connection.send(this.#head ? begun : begun + body);
  }

  empty(status: 204 | 304): Promise<void> {
    return this.#connection.send(this.#begin(status, ''));
  }

  /** Sends the head now; the body follows by {@link write} and ends with {@link end}. */
  stream(type: string, headers = ''): Promise<void> {
    this.#chunked = true;
    return this.#connection.send(
      this.#begin(200, `Content-Type: ${type}\r\n${headers}Transfer-Encoding: chunked\r\n`),
    );
  }

  async write(data: string | Uint8Array): Promise<void> {
    const { sys } = this.#connection;
    const bytes = typeof data === 'string' ? new Uint8Array(sys.encode(data)) : data;
    if (bytes.length === 0) return;
    const size = new Uint8Array(sys.encode(`${bytes.length.toString(16)}\r\n`));
    const whole = new Uint8Array(size.length + bytes.length + 2);
    whole.set(size);
    whole.set(bytes, size.length);
    whole.set([13, 10], size.length + bytes.length);
    await this.#connection.send(whole);
  }

  async end(): Promise<void> {
    if (!this.#chunked) return;
    this.#chunked = false;
    await this.#connection.send('0\r\n\r\n');
  }

  /** A body in chunks has begun and not ended. */
  get unfinished(): boolean {
    return this.#chunked;
  }

  /**
   * Turns the connection into a raw stream, as `Upgrade` asks or, for clients that do not ask, with
   * a 200 that ends with the connection. The socket belongs to the caller then.
   */
  async hijack(upgrade: boolean, tty: boolean): Promise<{ fd: Fd; rest: Uint8Array }> {
    const type = `application/vnd.docker.${tty ? 'raw' : 'multiplexed'}-stream`;
    this.status = upgrade ? 101 : 200;
    const head = upgrade
      ? `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n${COMMON}\r\n`
      : `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${COMMON}\r\n`;
    await this.#connection.send(head);
    return this.#connection.release();
  }

  #begin(status: number, headers: string): string {
    this.status = status;
    return `HTTP/1.1 ${String(status)} ${REASONS[status] ?? ''}\r\n${COMMON}${headers}\r\n`;
  }
}
