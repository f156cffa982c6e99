import { createFlags } from '../create/flags.ts';
import { restartPolicy } from '../create/host.ts';
import { each, resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import { text, type FlagSpec } from '../flags.ts';
import type { Command } from '../command.ts';

/** Flags of `run` that can be changed later, by the names that the API has for them. */
const FIELDS: Readonly<Record<string, string>> = {
  'blkio-weight': 'BlkioWeight',
  'cpu-period': 'CpuPeriod',
  'cpu-quota': 'CpuQuota',
  'cpu-rt-period': 'CpuRealtimePeriod',
  'cpu-rt-runtime': 'CpuRealtimeRuntime',
  'cpu-shares': 'CpuShares',
  cpus: 'NanoCpus',
  'cpuset-cpus': 'CpusetCpus',
  'cpuset-mems': 'CpusetMems',
  memory: 'Memory',
  'memory-reservation': 'MemoryReservation',
  'memory-swap': 'MemorySwap',
  'pids-limit': 'PidsLimit',
};

/** Changes limits and restart policies: `POST /containers/…/update`. */
export const update: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Update configuration of one or more containers',
  aliases: ['docker container update', 'docker update'],
  arity: { min: 1 },
  flags: updateFlags,
  async run(cli, flags, names) {
    const body: Record<string, unknown> = {};
    for (const [flag, field] of Object.entries(FIELDS)) {
      if (!flags.changed(flag)) continue;
      const value = flags.text(flag);
      body[field] = field.startsWith('Cpuset') ? value : Number(value);
    }
    if (flags.changed('restart')) {
      try {
        body['RestartPolicy'] = restartPolicy(flags.text('restart'));
      } catch (error) {
        throw new Failure(sentence(error));
      }
    }
    if (Object.keys(body).length === 0) {
      throw new Failure('you must provide one or more flags when using this command');
    }
    const warnings: string[] = [];
    try {
      return await each(cli, names, async (name) => {
        const { Warnings } = await cli.client.json<{ Warnings: string[] | null }>(
          'POST',
          `${resource('containers', name)}/update`,
          { body },
        );
        warnings.push(...(Warnings ?? []));
        return name;
      });
    } finally {
      if (warnings.length > 0) await cli.err(`${warnings.join('\n')}\n`);
    }
  },
};

function updateFlags(): readonly FlagSpec[] {
  const shared = createFlags().filter(({ name }) => name in FIELDS);
  return [
    ...shared,
    ...(shared.some(({ name }) => name === 'blkio-weight')
      ? []
      : [
          text(
            'blkio-weight',
            '',
            'Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)',
            { type: 'uint16' },
          ),
          text('cpu-rt-period', '', 'Limit the CPU real-time period in microseconds', {
            type: 'int',
          }),
          text('cpu-rt-runtime', '', 'Limit the CPU real-time runtime in microseconds', {
            type: 'int',
          }),
        ]),
    text('restart', '', 'Restart policy to apply when a container exits'),
  ];
}
