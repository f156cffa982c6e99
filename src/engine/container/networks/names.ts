import { gatewayOf, type Endpoint } from '../../network/endpoint.ts';
import { NameServer, type Names } from '../../network/dns/server.ts';
import { hasNames } from '../../network/network.ts';
import { runDirectory, shortId, type Container } from '../container.ts';
import type { Context } from '../context.ts';

/** By which names containers of a network find each other, and who answers. */

/** The names of a container in one of its networks. */
export function namesOf({ id, name, config }: Container, { asked }: Endpoint): string[] {
  return [...new Set([name, ...asked.aliases, shortId(id), config.Hostname])];
}

/** The endpoints of a container that are in networks with names. */
function named(context: Context, container: Container): Endpoint[] {
  return container.endpoints.filter(
    ({ network, link }) => link && hasNames(context.networks.get(network)),
  );
}

/** Whether it asks the resolver of its own, not the machine's. */
export function needsNames(context: Context, container: Container): boolean {
  return named(context, container).length > 0;
}

/** What each neighbour of a container is called, seen from it. */
function* neighbours(
  context: Context,
  container: Container,
): Generator<{ other: Container; endpoint: Endpoint; address: string }> {
  const mine = new Set(named(context, container).map(({ network }) => network));
  for (const other of context.containers.list()) {
    if (!other.state.Running) continue;
    for (const endpoint of other.endpoints) {
      const { network, link } = endpoint;
      if (link && mine.has(network)) yield { other, endpoint, address: link.address };
    }
  }
}

/** Addresses of a name take turns at the first place. */
let turn = 0;

function addressesOf(context: Context, container: Container, asked: string): string[] | null {
  const found: string[] = [];
  for (const { other, endpoint, address } of neighbours(context, container)) {
    const names = namesOf(other, endpoint).map((name) => name.toLowerCase());
    const network = endpoint.name.toLowerCase();
    if (names.some((name) => asked === name || asked === `${name}.${network}`)) found.push(address);
  }
  if (found.length === 0) return null;
  const first = turn++ % found.length;
  return [...found.slice(first), ...found.slice(0, first)];
}

/** What the machine itself knows by `/etc/hosts`, but for its loopback. */
function fromHosts(text: string, asked: string): string[] | null {
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.some((name) => name.toLowerCase() === asked) && /^(?!127\.)[\d.]+$/.test(address)) {
      return [address];
    }
  }
  return null;
}

/** `nameserver` lines of a resolv.conf(5). */
export function serversIn(text: string): string[] {
  return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server = '']) => server);
}

function namesFor(context: Context, container: Container): Names {
  const { sys } = context;
  const own = container.host.Dns ?? [];
  return {
    addresses: (name) =>
      addressesOf(context, container, name) ?? fromHosts(sys.readText('/etc/hosts'), name),
    name: (address) => {
      for (const { other, endpoint, address: theirs } of neighbours(context, container)) {
        if (theirs === address) return `${other.name}.${endpoint.name}`;
      }
      return null;
    },
    // A container without a way out asks nobody.
    servers: () =>
      !gatewayOf(container.endpoints)
        ? []
        : own.length > 0
          ? own
          : serversIn(sys.readText('/etc/resolv.conf')),
    pid: own.length > 0 ? container.state.Pid : 0,
  };
}

/**
 * Answers the container's questions from now on. Its shim holds the sockets, which were there before
 * its first process: what was asked meanwhile waits in them.
 */
export async function serveNames(context: Context, container: Container): Promise<void> {
  const { sys, resolvers } = context;
  const { id } = container;
  if (resolvers.has(id) || !needsNames(context, container)) return;
  const shim = await sys.connectUnix(`${runDirectory(id)}/shim.sock`, 'seqpacket');
  try {
    await sys.write(shim, 'N');
    const { fds } = await sys.receive(shim);
    const [datagrams, connections] = fds;
    if (datagrams === undefined || connections === undefined) {
      throw new Error('its shim could not open the sockets');
    }
    if (resolvers.has(id) || !container.state.Running) {
      for (const fd of fds) sys.close(fd);
      return;
    }
    resolvers.set(id, new NameServer(sys, [datagrams, connections], namesFor(context, container)));
  } finally {
    sys.close(shim);
  }
}

/** The same for whoever does not wait: a container that is gone again needs no names. */
export function serveNamesSoon(context: Context, container: Container): void {
  serveNames(context, container).catch((error: unknown) => {
    if (container.state.Running) {
      context.sys.log(`names for container ${container.id}: ${String(error)}`);
    }
  });
}
