import { EngineError } from '../errors.ts';
import type { Route, Routes } from './router.ts';

/**
 * What this engine is not: a node of a swarm, a host of plugins. A Docker that is neither answers these operations
 * too, and its clients show what it says; what would make it one says why that cannot be here.
 */
const NO_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const NO_SWARM = 'a swarm is made of several machines whose engines know each other';
const NO_PLUGINS = 'a plugin is a program for the machine’s own Docker, fetched from a registry';

const refuse =
  (status: EngineError['status'], message: string): Route =>
  () =>
    Promise.reject(new EngineError(status, message));

const absent = (what: string): Route => refuse(501, `this is not in this sandbox: ${what}`);

/** Every operation below the prefix. */
const below = (prefix: string, methods: readonly string[], route: Route): Routes =>
  methods.flatMap((method) => [
    [method, prefix, route],
    [method, `${prefix}/:path{.+}`, route],
  ]);

export const absentRoutes: Routes = [
  ...['/swarm', '/nodes', '/services', '/tasks', '/secrets', '/configs'].flatMap((prefix) =>
    below(prefix, ['GET', 'POST', 'DELETE'], refuse(503, NO_MANAGER)),
  ),
  // Updating a volume is for those of a cluster.
  ['PUT', '/volumes/:name', refuse(503, NO_MANAGER)],
  ['POST', '/swarm/init', absent(NO_SWARM)],
  ['POST', '/swarm/join', absent(NO_SWARM)],
  ['POST', '/swarm/leave', refuse(503, 'This node is not part of a swarm')],
  ['GET', '/plugins', ({ response }) => response.json(200, [])],
  [
    'GET',
    '/plugins/:name/json',
    ({ parameters }) =>
      Promise.reject(new EngineError(404, `plugin "${parameters['name'] ?? ''}" not found`)),
  ],
  ['GET', '/plugins/privileges', absent(NO_PLUGINS)],
  ['POST', '/plugins/:path{.+}', absent(NO_PLUGINS)],
  ['DELETE', '/plugins/:path{.+}', absent(NO_PLUGINS)],
];
