/** A daemon's insides for tests: everything real but the kernel and the shims, which the test plays. */
import { parseCreate } from '../api/schema.ts';
import type { Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { create } from '../container/create.ts';
import { ContainerStore } from '../container/store.ts';
import { addImage } from '../image/image.fixture.ts';
import { ImageStore } from '../image/index.ts';
import { FakeSys, type Peer } from '../sys/fake.ts';
import { Ports } from '../network/ports.ts';
import { NetworkStore } from '../network/store.ts';
import { SignalLog } from '../observe/signals.ts';
import { VolumeStore } from '../volume/index.ts';
import { Events, type EngineEvent } from './events.ts';
import { ContainerSupervisor } from './supervisor.ts';

/** The other end of a shim's socket: says that its process started, and how it ended. */
export class FakeShim {
  readonly #sys: FakeSys;
  readonly #peer: Peer;
  /** Signals that were sent to the process. */
  readonly signals: number[] = [];

  constructor(sys: FakeSys, peer: Peer) {
    this.#sys = sys;
    this.#peer = peer;
  }

  /** Waits for the daemon's word to go, and says that the process runs. */
  async start(pid = 42): Promise<this> {
    while ((await this.#next()) !== 'G') {
      // The configuration comes before it.
    }
    const message = new DataView(new ArrayBuffer(9));
    message.setUint8(0, 'P'.charCodeAt(0));
    message.setUint32(1, pid, true);
    this.#peer.write(message.buffer);
    return this;
  }

  /** Waits for a signal. */
  async killed(): Promise<number> {
    while ((await this.#next()) !== 'K') {
      // What else there may be to say.
    }
    return this.signals.at(-1) ?? 0;
  }

  /** The process is gone. */
  exit(status: number): void {
    const message = new DataView(new ArrayBuffer(14));
    message.setUint8(0, 'X'.charCodeAt(0));
    message.setInt32(1, status << 8, true);
    const now = BigInt(Date.parse(this.#sys.timestamp())) * 1_000_000n;
    message.setBigInt64(6, now, true);
    this.#peer.write(message.buffer);
    this.#peer.end();
  }

  async #next(): Promise<string> {
    const message = await this.#peer.read();
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'K') this.signals.push(message[1] ?? 0);
    return type;
  }
}

/** What a client would send. */
interface Body {
  readonly HostConfig?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export class World {
  readonly sys = new FakeSys();
  readonly supervisor: ContainerSupervisor;
  readonly context: Context;
  readonly happened: EngineEvent[] = [];

  constructor() {
    const { sys } = this;
    for (const directory of ['/run/bottle/containers', '/etc', '/var/lib/docker/tmp']) {
      sys.mkdir(directory, 0o755, true);
    }
    sys.writeFile('/etc/resolv.conf', 'nameserver 192.168.86.1\n');
    const events = new Events(sys);
    events.subscribe((event) => this.happened.push(event));
    const images = new ImageStore({ sys, onEvent: () => undefined });
    addImage(
      sys,
      images,
      [{ 'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' }],
      ['busybox:latest'],
    );
    this.supervisor = new ContainerSupervisor({
      sys,
      images,
      events,
      volumes: new VolumeStore(sys, () => undefined),
      containers: new ContainerStore(sys),
      networks: new NetworkStore(sys, '/var/lib/docker/network'),
      ports: new Ports(sys),
      resolvers: new Map(),
      signals: new SignalLog(sys),
      execs: new Map(),
      shims: new Map(),
      waiting: new Map(),
      exits: new Map(),
      removals: new Map(),
      restarting: new Set(),
    });
    this.context = this.supervisor.context;
    this.context.networks.load();
  }

  /** A container as `POST /containers/create` makes it. */
  create(body: Body = {}, name = 'one'): Container {
    // Without a network: the fake kernel has none.
    const HostConfig = { NetworkMode: 'none', ...body.HostConfig };
    const { config, host } = parseCreate(JSON.stringify({ Image: 'busybox', ...body, HostConfig }));
    return create(this.context, name, config, host).container;
  }

  /** The shim that was spawned as number `index`, once it is there. */
  async shim(index: number): Promise<FakeShim> {
    await this.quiet();
    const shim = this.sys.shims[index];
    if (!shim) throw new Error(`no shim ${String(index)} was spawned`);
    return new FakeShim(this.sys, shim.peer);
  }

  /** Lets everything go on that needs no time and no shim. */
  async quiet(): Promise<void> {
    for (let i = 0; i < 200; i++) await Promise.resolve();
  }

  /** What happened to containers, in order: `die exitCode=1`. */
  actions(...attributes: readonly string[]): string[] {
    return this.happened
      .filter(({ type }) => type === 'container')
      .map(({ action, attributes: all }) =>
        [action, ...attributes.flatMap((name) => (all[name] === undefined ? [] : all[name]))].join(
          ' ',
        ),
      );
  }
}
