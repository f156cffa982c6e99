import { bool } from '../../flags.ts';
import { formatFlag } from '../../format/list.ts';
import { inspectOf } from '../inspect.ts';
import { connect, disconnect } from './connect.ts';
import { create } from './create.ts';
import { ls } from './list.ts';
import { networkPrune } from './prune.ts';
import { rm } from './remove.ts';
import type { Command, Group } from '../../command.ts';

/** What `--verbose` adds is about a swarm's services: nothing here. */
const inspect: Command = {
  ...inspectOf('network'),
  flags: () => [formatFlag(false, 'f'), bool('verbose', 'v', 'Verbose output for diagnostics')],
};

/** `docker network`. */
export const network: Group = {
  short: 'Manage networks',
  commands: { connect, create, disconnect, inspect, ls, prune: networkPrune, rm },
  hidden: { list: 'ls', remove: 'rm' },
};
