import { createRegistry } from '../registry/index.ts';
import type { Storage } from '../registry/index.ts';
import type { Disposable } from './duplex.ts';
import { serveHttp } from './http/server.ts';
import type { Machine } from './machine.ts';

/** The guest's view of the registry: its /etc/hosts calls 192.168.86.1 so. */
const ORIGIN = 'http://registry';

/** Lets the guest pull from `storage` as from a registry at 192.168.86.1:80. */
export function serveRegistry(machine: Machine, storage: Storage): Disposable {
  const registry = createRegistry({ storage });
  return machine.network.serve(80, (connection) => {
    void serveHttp(connection, ORIGIN, (request) => registry.fetch(request));
  });
}
