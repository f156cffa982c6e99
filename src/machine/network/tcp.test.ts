import { describe, expect, it } from 'vitest';
import { SYN } from './packet.ts';
import type { Segment } from './packet.ts';
import { TcpConnection } from './tcp.ts';

const CLIENT = { local: 1, localPort: 1000, remote: 2, remotePort: 80 };
const SERVER = { local: 2, localPort: 80, remote: 1, remotePort: 1000 };

interface Pair {
  readonly client: TcpConnection;
  readonly server: TcpConnection;
  readonly released: TcpConnection[];
  readonly segments: Segment[];
}

/** Two ends joined by a wire that loses what `loses` says, and delivers everything else in order. */
async function pair(
  loses: (segment: Segment, count: number) => boolean = () => false,
): Promise<Pair> {
  const released: TcpConnection[] = [];
  const segments: Segment[] = [];
  const ends: { client?: TcpConnection; server?: TcpConnection } = {};
  const wire = (to: () => TcpConnection | undefined) => ({
    mss: 1000,
    frozen: () => false,
    released: (connection: TcpConnection) => void released.push(connection),
    send: (segment: Segment) => {
      segments.push(segment);
      if (loses(segment, segments.length)) return;
      queueMicrotask(() => {
        const server = ends.server;
        if (server && segment.sourcePort === 1000 && segment.flags === SYN && !accepted) {
          accepted = true;
          server.accept(segment);
        } else to()?.receive(segment);
      });
    },
  });
  let accepted = false;
  const client = new TcpConnection(
    wire(() => ends.server),
    CLIENT,
  );
  const server = new TcpConnection(
    wire(() => ends.client),
    SERVER,
  );
  Object.assign(ends, { client, server });
  client.connect();
  await client.established;
  await server.established;
  return { client, server, released, segments };
}

async function send(connection: TcpConnection, bytes: Uint8Array): Promise<void> {
  const writer = connection.writable.getWriter();
  await writer.write(bytes);
  await writer.close();
}

const read = async (connection: TcpConnection): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(
      connection.readable as ReadableStream<Uint8Array<ArrayBuffer>>,
    ).arrayBuffer(),
  );

/** Comparing megabytes element by element would take longer than sending them. */
const same = (got: Uint8Array, wanted: Uint8Array): boolean => Buffer.compare(got, wanted) === 0;

const pattern = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 31) & 255);

describe('a TCP connection', () => {
  it('carries bytes both ways and is forgotten after both ends have closed', async () => {
    const { client, server, released } = await pair();
    const [up, down] = [pattern(300_000), pattern(70_001)];
    const [, , gotUp, gotDown] = await Promise.all([
      send(client, up),
      send(server, down),
      read(server),
      read(client),
    ]);
    expect(same(gotUp, up)).toBe(true);
    expect(same(gotDown, down)).toBe(true);
    expect(new Set(released)).toEqual(new Set([client, server]));
  });

  it('goes on receiving after its own side is closed', async () => {
    const { client, server } = await pair();
    await client.writable.close();
    expect(await read(server)).toHaveLength(0);
    const [answer] = await Promise.all([read(client), send(server, pattern(5000))]);
    expect(same(answer, pattern(5000))).toBe(true);
  });

  it('stops the sender while nobody reads, and loses nothing', async () => {
    const { client, server, segments } = await pair();
    const bytes = pattern(3_000_000);
    const sent = send(client, bytes);
    await new Promise((later) => setTimeout(later, 50));
    const flying = segments.reduce((sum, { data }) => sum + data.length, 0);
    expect(flying).toBeGreaterThan(100_000);
    expect(flying).toBeLessThan(600_000);
    expect(same(await read(server), bytes)).toBe(true);
    await sent;
  });

  it('sends again what was lost', async () => {
    let lost = 0;
    const { client, server } = await pair((segment, count) => {
      const drop = segment.data.length > 0 && count % 40 === 0 && lost < 3;
      if (drop) lost++;
      return drop;
    });
    const bytes = pattern(100_000);
    const [, got] = await Promise.all([send(client, bytes), read(server)]);
    expect(lost).toBe(3);
    expect(same(got, bytes)).toBe(true);
  });

  it('tells the other side when it is cut', async () => {
    const { client, server } = await pair();
    client.reset();
    await expect(read(server)).rejects.toMatchObject({ code: 'connection-reset' });
    await expect(read(client)).rejects.toMatchObject({ code: 'connection-reset' });
    await expect(server.writable.getWriter().write(pattern(1))).rejects.toMatchObject({
      code: 'connection-reset',
    });
  });

  it('cuts the connection when data comes that nobody wants any more', async () => {
    const { client, server } = await pair();
    await client.readable.cancel();
    await send(server, pattern(10)).catch(() => undefined); // whether it is through depends on when the cut comes
    await expect(read(server)).rejects.toMatchObject({ code: 'connection-reset' });
  });
});
