import { parseDuration } from '../../duration.ts';
import { resource } from '../each.ts';
import { Failure } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { instant } from '../format/units.ts';
import { demultiplexer } from '../stream.ts';
import type { Command } from '../command.ts';

/** Shows what a container wrote: `GET /containers/…/logs`. */
export const logs: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: 'Fetch the logs of a container',
  aliases: ['docker container logs', 'docker logs'],
  arity: { min: 1, max: 1 },
  flags: () => [
    bool('details', '', 'Show extra details provided to logs'),
    bool('follow', 'f', 'Follow log output'),
    text(
      'since',
      '',
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
    text('tail', 'n', 'Number of lines to show from the end of the logs', { fallback: 'all' }),
    bool('timestamps', 't', 'Show timestamps'),
    text(
      'until',
      '',
      'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
  ],
  async run(cli, flags, [name = '']) {
    const now = instant(cli.sys.timestamp());
    const reply = await cli.client.request('GET', `${resource('containers', name)}/logs`, {
      query: {
        stdout: true,
        stderr: true,
        details: flags.bool('details'),
        follow: flags.bool('follow'),
        since: timestamp('since', flags.text('since'), now),
        until: timestamp('until', flags.text('until'), now),
        tail: flags.text('tail'),
        timestamps: flags.bool('timestamps'),
      },
    });
    const raw = reply.header('content-type').endsWith('raw-stream');
    const show = raw
      ? (data: Uint8Array): Promise<void> => cli.sys.write(1, data)
      : demultiplexer((fd, data) => cli.sys.write(fd, data));
    for await (const piece of reply.body()) await show(new Uint8Array(piece));
    return 0;
  },
};

/**
 * What users write for a time (`10m`, an RFC 3339 time or the front of one, seconds since the
 * epoch) as the API's seconds since the epoch; '' stays ''.
 */
export function timestamp(flag: string, value: string, now: number): string {
  if (value === '' || /^-?\d+(\.\d{1,9})?$/.test(value)) return value;
  if (/^-?(\d|\.)[\d.]*(ns|us|µs|ms|s|m|h)/.test(value)) {
    try {
      return seconds(now - parseDuration(value) / 1e6);
    } catch {
      // Not a span; perhaps a time.
    }
  }
  const match =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
      value,
    );
  if (match) {
    const [, day = '', hour = '00', minute = '00', second = '00', fraction, zone = 'Z'] = match;
    const at = Date.parse(`${day}T${hour}:${minute}:${second}${zone}`);
    if (!Number.isNaN(at)) return seconds(at, fraction);
  }
  throw new Failure(
    `invalid value for "${flag}": failed to parse value as time or duration: ${JSON.stringify(value)}`,
  );
}

function seconds(milliseconds: number, fraction?: string): string {
  const whole = Math.floor(milliseconds / 1000);
  const rest = fraction ?? String(Math.floor(milliseconds - whole * 1000)).padStart(3, '0');
  return `${whole}.${rest.padEnd(9, '0')}`;
}
