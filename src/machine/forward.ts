import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from './duplex.ts';
import { reasonOf } from './errors.ts';
import type { Machine } from './machine.ts';

export interface Forward {
  /** The port of this computer, on 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Hands every connection to `hostPort` of this computer's loopback address on to `guestPort` of the guest, byte
 * by byte, half-closes included. 0 takes a free port.
 */
export async function forward(
  machine: Machine,
  hostPort: number,
  guestPort: number,
): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void join(machine, socket, guestPort);
  });
  await listening(server, hostPort);
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has no other kind of address
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((ready, failed) => {
    server.once('error', (error) =>
      failed(
        new Error(
          `Port ${port} of this computer could not be opened: ${reasonOf(error)}. Choose another one.`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', ready);
  });
}

async function join(machine: Machine, socket: Socket, guestPort: number): Promise<void> {
  socket.on('error', () => socket.destroy()); // the client is gone: so is its connection
  let connection: Duplex;
  try {
    connection = await machine.network.connect(guestPort);
  } catch {
    socket.resetAndDestroy();
    return;
  }
  const writer = connection.writable.getWriter();
  const inwards = async (): Promise<void> => {
    try {
      // the end of what the client sends is not the end of the connection
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        await writer.write(chunk as Uint8Array); // a socket yields Buffers
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined); // already over
    }
  };
  const outwards = async (): Promise<void> => {
    const reader = connection.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (!socket.write(value)) await drained(socket);
        if (socket.destroyed) return await reader.cancel();
      }
      socket.end();
    } catch {
      socket.resetAndDestroy();
    }
  };
  await Promise.all([inwards(), outwards()]);
}

function drained(socket: Socket): Promise<void> {
  return new Promise((go) => {
    const on = (): void => {
      socket.off('drain', on).off('close', on);
      go();
    };
    socket.on('drain', on).on('close', on);
  });
}
