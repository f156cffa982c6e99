import type { Registry } from '../registry/index.ts';
import type { Disposable } from './duplex.ts';
import { serveHttp } from './http/server.ts';
import type { Machine } from './machine.ts';

/** The guest's view of the registry: its /etc/hosts calls 192.168.86.1 so. */
const ORIGIN = 'http://registry';

/** Lets the guest pull from `registry`, and push to it, at 192.168.86.1:80. */
export function serveRegistry(machine: Machine, registry: Registry): Disposable {
  return machine.network.serve(80, (connection) => {
    void serveHttp(connection, ORIGIN, (request) => registry.fetch(request));
  });
}
