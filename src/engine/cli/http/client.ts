import { ApiError, Failure, errnoName } from '../failure.ts';
import { Connection, type Reply } from './connection.ts';
import type { Sys } from '../../sys/sys.ts';

/** The version of the Engine API that the commands speak. */
export const API = '/v1.47';

/**
 * Parameters behind the question mark; undefined, false and '' are left out, true is `1`, a list
 * comes once for each of its values.
 */
type Query = Readonly<Record<string, Parameter | readonly string[]>>;
type Parameter = string | number | boolean | undefined;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connection that left HTTP (`Upgrade: tcp`): what stood behind the head, then raw bytes. */
export interface Hijacked {
  readonly fd: number;
  /** Bytes of the stream that came with the head. */
  readonly rest: ArrayBuffer | null;
  readonly contentType: string;
}

/**
 * The Engine API over a unix socket or TCP. A connection is made when a request needs one, and
 * used again once its reply was read.
 */
export class Client {
  /** Where the daemon is: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`. */
  readonly host: string;
  readonly #sys: Sys;
  readonly #idle: Connection[] = [];

  constructor(sys: Sys, host: string) {
    this.#sys = sys;
    this.host = host;
  }

  /** Sends a request and resolves with the reply's head; a status ≥ 400 throws {@link ApiError}. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const connection = this.#idle.pop() ?? (await this.#connect(method, path));
    const reply = await this.#send(connection, method, path, options);
    reply.whenRead(() => {
      if (reply.keepAlive) this.#idle.push(connection);
      else connection.close();
    });
    if (reply.status >= 400) throw await refusal(reply);
    return reply;
  }

  /** The reply's JSON document; the caller names its shape, which the daemon's API defines. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const reply = await this.request(method, path, options);
    // The Engine API is the contract of both sides; a reply of another shape fails where it is read.
    return JSON.parse(await reply.text()) as T;
  }

  /** As {@link request} with HEAD: an answer without a body, whatever its headers say. */
  async head(path: string, query: Query): Promise<Reply> {
    // A connection of its own: the parser would wait for the body that the head announces.
    const connection = await this.#connect('HEAD', path);
    const reply = await this.#send(connection, 'HEAD', path, { query });
    connection.close();
    if (reply.status < 400) return reply;
    // Docker's errors of HEAD have no sentence: GET's has.
    return await this.request('GET', path, { query });
  }

  /** As {@link send}, with a body that is sent piece by piece. */
  async upload(
    method: string,
    path: string,
    pieces: AsyncIterable<ArrayBuffer>,
    options: Pick<RequestOptions, 'query'> = {},
  ): Promise<void> {
    const { reply, close } = await this.exchange(method, path, pieces, options);
    try {
      await reply.text();
    } finally {
      close();
    }
  }

  /** As {@link request}, with a body that is sent piece by piece, over a connection of its own. */
  async exchange(
    method: string,
    path: string,
    pieces: AsyncIterable<ArrayBuffer>,
    { query }: Pick<RequestOptions, 'query'> = {},
  ): Promise<{ readonly reply: Reply; close(): void }> {
    const connection = await this.#connect(method, path);
    await connection.write(
      `${method} ${API}${path}${queryString(query)} HTTP/1.1\r\nHost: docker\r\n` +
        'User-Agent: Docker-Client/bottle (linux)\r\nContent-Type: application/x-tar\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n',
    );
    try {
      for await (const piece of pieces) {
        await connection.write(`${piece.byteLength.toString(16)}\r\n`);
        await connection.write(piece);
        await connection.write('\r\n');
      }
      await connection.write('0\r\n\r\n');
      const reply = await connection.reply();
      if (reply.status >= 400) throw await refusal(reply);
      return {
        reply,
        close: () => {
          connection.close();
        },
      };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** As {@link request}, for an answer without content. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<void> {
    await (await this.request(method, path, options)).text();
  }

  /** Turns a connection into a raw stream, as `POST /containers/…/attach` does. */
  async hijack(path: string, options: RequestOptions = {}): Promise<Hijacked> {
    const connection = await this.#connect('POST', path);
    const headers = { Connection: 'Upgrade', Upgrade: 'tcp', ...options.headers };
    const reply = await this.#send(connection, 'POST', path, { ...options, headers });
    if (reply.status >= 400) throw await refusal(reply);
    if (reply.status !== 101) {
      throw new Failure(`unable to upgrade to tcp, received ${reply.status}`);
    }
    return {
      fd: connection.fd,
      rest: reply.rest,
      contentType: reply.header('content-type'),
    };
  }

  async #send(
    connection: Connection,
    method: string,
    path: string,
    { query, body, headers }: RequestOptions,
  ): Promise<Reply> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    let head = `${method} ${API}${path}${queryString(query)} HTTP/1.1\r\n`;
    head += 'Host: docker\r\nUser-Agent: Docker-Client/bottle (linux)\r\n';
    for (const [name, value] of Object.entries(headers ?? {})) head += `${name}: ${value}\r\n`;
    if (body !== undefined) head += 'Content-Type: application/json\r\n';
    if (method !== 'GET' && method !== 'HEAD') {
      head += `Content-Length: ${this.#sys.encode(payload).byteLength}\r\n`;
    }
    try {
      await connection.write(`${head}\r\n${payload}`);
      return await connection.reply();
    } catch (error) {
      connection.close();
      if (error instanceof Failure) throw error;
      throw new Failure(
        `error during connect: ${method} ${path} at ${this.host}: ${String(error)}`,
      );
    }
  }

  async #connect(method: string, path: string): Promise<Connection> {
    const at = this.host.indexOf('://');
    const scheme = at < 0 ? 'tcp' : this.host.slice(0, at);
    const address = at < 0 ? this.host : this.host.slice(at + 3);
    try {
      if (scheme === 'unix') return new Connection(this.#sys, await this.#sys.connectUnix(address));
      const colon = address.lastIndexOf(':');
      const name = colon < 0 ? address : address.slice(0, colon);
      const port = colon < 0 ? 2375 : Number.parseInt(address.slice(colon + 1), 10);
      const ip = name === 'localhost' || name === '' ? '127.0.0.1' : name;
      return new Connection(this.#sys, await this.#sys.connectTcp(ip, port));
    } catch (error) {
      if (errnoName(error) === 'EACCES' || errnoName(error) === 'EPERM') {
        const verb = method.charAt(0) + method.slice(1).toLowerCase();
        const place = encodeURIComponent(address);
        throw new Failure(
          `permission denied while trying to connect to the Docker daemon socket at ${this.host}: ` +
            `${verb} "http://${place}${API}${path}": dial ${scheme} ${address}: connect: permission denied`,
        );
      }
      throw new Failure(
        `Cannot connect to the Docker daemon at ${this.host}. Is the docker daemon running?`,
      );
    }
  }
}

function queryString(query: Query | undefined): string {
  let text = '';
  for (const [name, given] of Object.entries(query ?? {})) {
    const values: readonly Parameter[] = typeof given === 'object' ? given : [given];
    for (const value of values) {
      if (value === undefined || value === false || value === '') continue;
      text += `${text ? '&' : '?'}${name}=${encodeURIComponent(value === true ? '1' : String(value))}`;
    }
  }
  return text;
}

/** The daemon's `{"message": …}`, or what came in its place. */
async function refusal(reply: Reply): Promise<ApiError> {
  const body = await reply.text();
  let message = '';
  try {
    const document: unknown = JSON.parse(body);
    if (document && typeof document === 'object' && 'message' in document) {
      message = String(document.message);
    }
  } catch {
    // Not JSON: a proxy or a broken daemon; its text is the best there is.
  }
  message ||= body.trim() || `${reply.status} ${reply.reason}`;
  return new ApiError(reply.status, message);
}
