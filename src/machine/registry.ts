import type { Registry } from '../registry/index.ts';
import type { Disposable } from './duplex.ts';
import type { Gateway } from './gateway/gateway.ts';
import { serveHttp } from './http/server.ts';
import type { Machine } from './machine.ts';

/** The guest's view of the registry: its /etc/hosts calls 192.168.86.1 so. */
const ORIGIN = 'http://registry';

/**
 * Lets the guest pull from `registry`, and push to it, at 192.168.86.1:80; and, as by an HTTP proxy, go by
 * `gateway` to registries outside. Without one nothing outside has a name.
 */
export function serveRegistry(
  machine: Machine,
  registry: Registry,
  gateway: Gateway = nowhere,
): Disposable {
  return machine.network.serve(80, (connection) => {
    void serveHttp(connection, ORIGIN, (request) =>
      new URL(request.url).origin === ORIGIN ? own(registry, request) : gateway(request),
    );
  });
}

/** Whatever packed layers somebody pushed here, the guest gets them unpacked as it does from outside. */
async function own(registry: Registry, request: Request): Promise<Response> {
  const packing = request.headers.get('bottle-unpack');
  const response = await registry.fetch(request);
  if (packing === null) return response;
  const { passedOn } = await import('./gateway/gateway.ts');
  return passedOn(response, packing);
}

function nowhere(request: Request): Promise<Response> {
  const reason = `dial tcp: lookup ${new URL(request.url).hostname}: no such host`;
  const headers = { 'bottle-gateway': reason };
  return Promise.resolve(new Response(`${reason}\n`, { status: 502, headers }));
}
