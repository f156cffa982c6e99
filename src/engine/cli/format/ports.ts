import type { PortSummary } from '../api.ts';

/** Published and exposed ports as `docker ps` shows them; neighbouring ports become a range. */
export function displayPorts(ports: readonly PortSummary[]): string {
  const sorted = ports.toSorted(
    (a, b) =>
      a.PrivatePort - b.PrivatePort ||
      order(a.IP ?? '', b.IP ?? '') ||
      (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
      order(a.Type, b.Type),
  );
  /** Runs by address and protocol: first and last port. */
  const runs = new Map<string, { first: number; last: number }>();
  const exposed: string[] = [];
  const published: string[] = [];
  const hostPorts: string[] = [];
  const flush = (key: string): void => {
    const run = runs.get(key);
    if (!run) return;
    const [ip = '', type = ''] = key.split(' ');
    const range = run.first === run.last ? `${run.first}` : `${run.first}-${run.last}`;
    if (ip === '') exposed.push(`${range}/${type}`);
    else published.push(`${address(ip)}:${range}->${range}/${type}`);
    runs.delete(key);
  };
  for (const { IP: ip = '', PrivatePort: inside, PublicPort: outside = 0, Type: type } of sorted) {
    if (ip !== '' && outside !== inside) {
      hostPorts.push(`${address(ip)}:${outside}->${inside}/${type}`);
      continue;
    }
    const key = `${ip} ${type}`;
    const run = runs.get(key);
    if (run && run.last === inside) continue;
    if (run && run.last === inside - 1) {
      run.last = inside;
      continue;
    }
    flush(key);
    runs.set(key, { first: inside, last: inside });
  }
  for (const key of [...runs.keys()].toSorted()) flush(key);
  return [...exposed, ...published, ...hostPorts].join(', ');
}

function address(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
