const HIGHEST = 65535;

/** Keys of `ExposedPorts` for what EXPOSE says: `80` → `80/tcp`, `7000-7001/udp` → two of them. */
export function portKeys(ports: readonly string[]): string[] {
  return ports.flatMap(keysOf);
}

function keysOf(spec: string): string[] {
  const slash = spec.lastIndexOf('/');
  const protocol = slash < 0 ? 'tcp' : spec.slice(slash + 1).toLowerCase();
  const front = slash < 0 ? spec : spec.slice(0, slash);
  // What a publishing flag has in front (an address, a port of the host) means nothing here.
  const range = front.slice(front.lastIndexOf(':') + 1);
  if (range === '') throw new Error(`no port specified: ${spec}<empty>`);
  const [low, high] = bounds(range);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw new Error(`invalid proto: ${protocol}`);
  return Array.from({ length: high - low + 1 }, (_, at) => `${low + at}/${protocol}`);
}

function bounds(range: string): readonly [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(range);
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  if (match === null || low > HIGHEST || high > HIGHEST || high < low) {
    throw new Error(`invalid containerPort: ${range}`);
  }
  return [low, high];
}
