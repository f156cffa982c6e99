import { EngineError } from '../errors.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import type { Published } from './endpoint.ts';

/** `PortBinding` of the API: '' for any address, '' for any port, `8000-8010` for the first free. */
export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** `80/tcp` → where it is to be published. */
export type PortBindings = Readonly<Record<string, readonly PortBinding[]>>;

const LAST_PORT = 65535;
const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

type Protocol = Published['protocol'];

const isProtocol = (text: string): text is Protocol => text === 'tcp' || text === 'udp';

/** `80/tcp` in parts; `80` is TCP. Null when it is no port. */
export function parsePort(
  text: string,
): { readonly port: number; readonly protocol: string } | null {
  const match = /^(\d{1,5})(?:\/([a-z]+))?$/.exec(text.toLowerCase());
  const port = Number(match?.[1]);
  return match && port <= LAST_PORT ? { port, protocol: match[2] ?? 'tcp' } : null;
}

/** The ports of the machine: which are published, and for whom. */
export class Ports {
  readonly #sys: Sys;
  /** `tcp 0.0.0.0 8080` → a socket that keeps the machine's own programs from it. */
  readonly #held = new Map<string, Fd>();
  /** Where the search for a port that nobody named goes on. */
  #next = 0;

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  /**
   * Finds and holds a port of the machine for each binding.
   * @throws EngineError with Docker's sentence, holding none
   */
  publish(bindings: PortBindings, defaultIp: string, address: string): Published[] {
    const published: Published[] = [];
    try {
      for (const [name, wanted] of Object.entries(bindings)) {
        const inside = parsePort(name);
        if (!inside || !isProtocol(inside.protocol)) {
          throw new EngineError(501, `only TCP and UDP ports can be published here: ${name}`);
        }
        const { port, protocol } = inside;
        for (const { HostIp, HostPort } of wanted.length > 0 ? wanted : [ANYWHERE]) {
          const hostIp = HostIp === '' ? defaultIp : HostIp;
          const hostPort = this.#choose(protocol, hostIp, HostPort);
          published.push({ protocol, hostIp, hostPort, address, port });
        }
      }
    } catch (error) {
      this.release(published);
      throw error;
    }
    return published;
  }

  /** Holds ports that an earlier daemon published. */
  resume(published: readonly Published[]): void {
    for (const { protocol, hostIp, hostPort } of published) {
      try {
        this.#hold(protocol, hostIp, hostPort);
      } catch (error) {
        // Somebody was quicker; the rules lead to the container all the same.
        this.#sys.log(`network: port ${String(hostPort)}/${protocol}: ${String(error)}`);
      }
    }
  }

  release(published: readonly Published[]): void {
    for (const { protocol, hostIp, hostPort } of published) {
      const key = keyOf(protocol, hostIp, hostPort);
      const fd = this.#held.get(key);
      if (fd !== undefined) this.#sys.close(fd);
      this.#held.delete(key);
    }
  }

  #choose(protocol: Protocol, ip: string, asked: string): number {
    const [first, last] = this.#range(asked);
    if (first === last) {
      this.#hold(protocol, ip, first);
      return first;
    }
    const size = last - first + 1;
    // Those that nobody named go round, so that a port is not at once somebody else's.
    const start = asked === '' || asked === '0' ? this.#next % size : 0;
    for (let i = 0; i < size; i++) {
      const port = first + ((start + i) % size);
      try {
        this.#hold(protocol, ip, port);
      } catch {
        continue; // taken
      }
      if (asked === '' || asked === '0') this.#next = port - first + 1;
      return port;
    }
    throw new EngineError(500, 'all ports are allocated');
  }

  #range(asked: string): readonly [first: number, last: number] {
    if (asked === '' || asked === '0') {
      const [first = 32768, last = 60999] = this.#sys
        .readText(RANGE)
        .trim()
        .split(/\s+/)
        .map(Number);
      return [first, last];
    }
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(asked);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last > LAST_PORT || last < first) {
      throw new EngineError(400, `invalid port specification: "${asked}"`);
    }
    return [first, last];
  }

  #hold(protocol: Protocol, ip: string, port: number): void {
    const key = keyOf(protocol, ip, port);
    const where = `${ip}:${String(port)}`;
    if (this.#held.has(key)) {
      throw new EngineError(500, `Bind for ${where} failed: port is already allocated`);
    }
    try {
      const fd = protocol === 'tcp' ? this.#sys.listenTcp(ip, port) : this.#sys.bindUdp(ip, port);
      this.#held.set(key, fd);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      const call = protocol === 'tcp' ? 'listen tcp4' : 'listen udp4';
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: 'bind: address already in use',
        EADDRNOTAVAIL: 'bind: cannot assign requested address',
      };
      const reason = reasons[String(code)];
      if (reason === undefined) throw error;
      throw new EngineError(500, `Error starting userland proxy: ${call} ${where}: ${reason}`);
    }
  }
}

const ANYWHERE: PortBinding = { HostIp: '', HostPort: '' };

const keyOf = (protocol: string, ip: string, port: number): string =>
  `${protocol} ${ip} ${String(port)}`;
