/** `-p` and `--expose`, as Docker's nat package reads them. */

interface Binding {
  HostIp: string;
  HostPort: string;
}

export interface Ports {
  /** `80/tcp` → where it is published. */
  readonly bindings: Readonly<Record<string, readonly Binding[]>>;
  readonly exposed: Readonly<Record<string, Readonly<Record<string, never>>>>;
}

/** @throws Error with Docker's sentence */
export function parsePorts(published: readonly string[], exposes: readonly string[]): Ports {
  const bindings: Record<string, Binding[]> = {};
  const exposed: Record<string, Record<string, never>> = {};
  for (const spec of published) {
    for (const [port, binding] of publish(spec)) {
      exposed[port] = {};
      (bindings[port] ??= []).push(binding);
    }
  }
  for (const spec of exposes) {
    if (spec.includes(':')) throw new Error(`invalid port format for --expose: ${spec}`);
    const [range = '', protocol = 'tcp'] = spec.split('/');
    try {
      for (const port of ports(range)) exposed[`${port}/${protocol}`] = {};
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      throw new Error(`invalid range format for --expose: ${spec}, error: ${reason}`, {
        cause: error,
      });
    }
  }
  return { bindings, exposed };
}

/** `[ip:][host[-host]:]container[-container][/protocol]` */
function publish(spec: string): (readonly [string, Binding])[] {
  const slash = spec.lastIndexOf('/');
  const protocol = slash < 0 ? 'tcp' : spec.slice(slash + 1).toLowerCase();
  const addressed = slash < 0 ? spec : spec.slice(0, slash);
  const parts = addressed.split(':');
  const inside = parts.pop() ?? '';
  const outside = parts.pop() ?? '';
  const ip = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  if (inside === '') throw new Error(`no port specified: ${spec}<empty>`);
  if (!/^(tcp|udp|sctp)$/.test(protocol)) throw new Error(`invalid proto: ${protocol}`);
  const containerPorts = checked(inside, 'containerPort');
  const hostPorts = outside === '' ? [] : checked(outside, 'hostPort');
  if (ip !== '' && !/^[\d.]+$|:/.test(ip)) throw new Error(`invalid IP address: ${ip}`);
  if (hostPorts.length > 0 && hostPorts.length !== containerPorts.length) {
    // A range of host ports for one port: the daemon takes the first that is free.
    if (containerPorts.length !== 1) {
      throw new Error(
        `invalid ranges specified for container and host Ports: ${inside} and ${outside}`,
      );
    }
    return [[`${containerPorts[0]}/${protocol}`, { HostIp: ip, HostPort: outside }]];
  }
  return containerPorts.map((port, at) => [
    `${port}/${protocol}`,
    { HostIp: ip, HostPort: hostPorts.length > 0 ? String(hostPorts[at]) : '' },
  ]);
}

function checked(range: string, what: string): number[] {
  try {
    return ports(range);
  } catch {
    throw new Error(`invalid ${what}: ${range}`);
  }
}

function ports(range: string): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(range);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first > 65535 || last > 65535) throw new Error('invalid port');
  if (last < first) throw new Error(`invalid range specified for port: ${range}`);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
