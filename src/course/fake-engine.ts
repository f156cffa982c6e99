/**
 * A second EngineClient for unit tests: holds containers and images and answers in the shapes of Engine API v1.47,
 * events and request log included. Its verbs do what a learner's command would make the daemon do.
 */
import type { EngineClient } from './engine.ts';

interface FakeContainer {
  readonly id: string;
  readonly image: string;
  readonly tty: boolean;
  readonly created: number;
  status: 'created' | 'running' | 'exited';
  exitCode: number;
  output: string;
}

interface Stream {
  readonly path: string;
  readonly onLine: (line: string) => void;
  readonly end: (error?: Error) => void;
}

class NotFound extends Error {
  readonly status = 404;
}

export class FakeEngine implements EngineClient {
  readonly containers: FakeContainer[] = [];
  readonly images: string[] = [];
  /** Paths of every GET. */
  readonly asked: string[] = [];
  /** While true every request fails, as with a daemon that is being restarted. */
  down = false;
  #streams: Stream[] = [];
  #now = Date.parse('2026-01-01T00:00:00Z');
  #ids = 0;

  async get(path: string): Promise<unknown> {
    this.asked.push(path);
    await Promise.resolve();
    if (this.down) throw new Error('connection refused');
    if (path === '/images/json') {
      return this.images.map((name) => ({
        Id: `sha256:${name}`,
        RepoTags: [`${name}:latest`],
        Size: name.length,
      }));
    }
    if (path === '/containers/json?all=1') return this.containers.map(({ id }) => ({ Id: id }));
    const id = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
    const container = this.containers.find((one) => one.id === id);
    if (container === undefined) throw new NotFound(`no such container: ${id ?? path}`);
    return {
      Id: container.id,
      Name: `/quiet_${container.id.slice(0, 4)}`,
      // Nanoseconds, as the daemon writes them.
      Created: new Date(container.created).toISOString().replace('Z', '123456Z'),
      Path: 'sh',
      Args: [],
      State: {
        Status: container.status,
        ExitCode: container.exitCode,
        StartedAt: container.status === 'created' ? '0001-01-01T00:00:00Z' : '2026-01-01T00:00:00Z',
      },
      Config: {
        Image: container.image,
        Tty: container.tty,
        OpenStdin: container.tty,
        Env: ['PATH=/bin'],
      },
      HostConfig: { PortBindings: {} },
    };
  }

  /** The log of a container with a terminal, which is text as it came. */
  async bytes(path: string): Promise<Uint8Array | null> {
    this.asked.push(path);
    await Promise.resolve();
    if (this.down) throw new Error('connection refused');
    const id = /^\/containers\/([^/]+)\/logs/.exec(path)?.[1];
    const container = this.containers.find((one) => one.id === id);
    return container === undefined ? null : new TextEncoder().encode(container.output);
  }

  stream(
    path: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
    onOpen: () => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.down) {
        reject(new Error('connection refused'));
        return;
      }
      const end = (error?: Error): void => {
        this.#streams = this.#streams.filter((one) => one !== stream);
        if (error === undefined) resolve();
        else reject(error);
      };
      const stream = { path, onLine, end };
      signal.addEventListener('abort', () => {
        end();
      });
      this.#streams.push(stream);
      onOpen();
    });
  }

  /** Ends every stream, as when the daemon dies. */
  breakStreams(): void {
    for (const { end } of [...this.#streams]) end(new Error('connection reset'));
  }

  get openStreams(): number {
    return this.#streams.length;
  }

  /** A request that somebody's client made. */
  request(method: string, path: string, status = 200, client = 'cli'): void {
    const time = new Date(this.#tick()).toISOString();
    this.#send('/bottle/requests?follow=1', {
      id: ++this.#ids,
      time,
      method,
      path,
      status,
      client,
    });
  }

  /** `docker pull`; `known` false: the registry has no such image. */
  pull(name: string, known = true): void {
    if (known) {
      this.images.push(name);
      this.#event('image', 'pull', `${name}:latest`, { name });
    }
    this.request(
      'POST',
      `/images/create?fromImage=docker.io/library/${name}&tag=latest`,
      known ? 200 : 404,
    );
  }

  /** `docker create` of an image that is there. */
  create(image: string, tty = false): string {
    const id = String(this.containers.length + 1).padStart(64, 'c');
    const created = this.#tick();
    this.containers.push({ id, image, tty, created, status: 'created', exitCode: 0, output: '' });
    this.#event('container', 'create', id, { image, name: `quiet_${id.slice(0, 4)}` });
    this.request('POST', '/containers/create', 201);
    return id;
  }

  start(id: string): void {
    const container = this.#container(id);
    container.status = 'running';
    this.#event('container', 'start', id, { image: container.image });
    this.request('POST', `/containers/${id}/start`, 204);
  }

  exit(id: string, exitCode = 0): void {
    const container = this.#container(id);
    container.status = 'exited';
    container.exitCode = exitCode;
    this.#event('container', 'die', id, { image: container.image, exitCode: String(exitCode) });
  }

  remove(id: string): void {
    const container = this.#container(id);
    this.containers.splice(this.containers.indexOf(container), 1);
    this.#event('container', 'destroy', id, { image: container.image });
  }

  /** `docker run IMAGE` of a program that ends at once. */
  run(image: string, { tty = false, exit = 0, rm = false } = {}): string {
    if (!this.images.includes(image)) this.pull(image);
    const id = this.create(image, tty);
    this.start(id);
    this.exit(id, exit);
    if (rm) this.remove(id);
    return id;
  }

  #container(id: string): FakeContainer {
    const container = this.containers.find((one) => one.id === id);
    if (container === undefined) throw new Error(`the test has no container ${id}`);
    return container;
  }

  #tick(): number {
    this.#now += 1000;
    return this.#now;
  }

  #event(type: string, action: string, id: string, attributes: Record<string, string>): void {
    const ms = this.#tick();
    this.#send('/events', {
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: 'local',
      time: Math.floor(ms / 1000),
      timeNano: ms * 1e6,
    });
  }

  #send(path: string, document: object): void {
    for (const { onLine } of this.#streams.filter((one) => one.path === path)) {
      onLine(JSON.stringify(document));
    }
  }
}
