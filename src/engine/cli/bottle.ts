import { cgroup } from './commands/cgroup.ts';
import { layers } from './commands/layers.ts';
import { ns } from './commands/ns.ts';
import { trace } from './commands/trace.ts';
import type { Group } from './command.ts';

/** The sandbox's own command: what Docker does not show. */
export const bottleCommands: Group = {
  short: "Look behind what docker does: this sandbox's own command",
  commands: { cgroup, layers, ns, trace },
};
