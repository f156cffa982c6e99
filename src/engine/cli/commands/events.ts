import { filter, text } from '../flags.ts';
import { formatFlag } from '../format/list.ts';
import { objectTemplate } from '../format/object.ts';
import { field } from '../format/template/index.ts';
import { isRecord } from '../format/template/values.ts';
import { filters } from '../format/text.ts';
import { instant } from '../format/units.ts';
import { timestamp } from './logs.ts';
import type { Command } from '../command.ts';

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: {
    readonly ID: string;
    readonly Attributes?: Readonly<Record<string, string>> | null;
  };
  readonly time: number;
}

/** Shows what happens in the daemon as it happens: `GET /events`. */
export const events: Command = {
  usage: '[OPTIONS]',
  short: 'Get real time events from the server',
  aliases: ['docker system events', 'docker events'],
  arity: { min: 0, max: 0 },
  flags: () => [
    filter(),
    formatFlag(false),
    text('since', '', 'Show all events created since timestamp'),
    text('until', '', 'Stream events until this timestamp'),
  ],
  async run(cli, flags) {
    const format = flags.text('format');
    const template = objectTemplate(format, '', 'Error parsing format');
    const now = instant(cli.sys.timestamp());
    const reply = await cli.client.request('GET', '/events', {
      query: {
        since: timestamp('since', flags.text('since'), now),
        until: timestamp('until', flags.text('until'), now),
        filters: filters(flags.list('filter')),
      },
    });
    for await (const text of reply.lines()) {
      if (format === 'json') {
        await cli.out(`${text.trim()}\n`);
        continue;
      }
      // The shape is the API's; see Client.json.
      const event = JSON.parse(text) as Event;
      if (template) {
        // Older names of the fields, which formats in the wild still use.
        const { Type, Action, Actor } = event;
        const dot = {
          ...event,
          status: Action,
          id: Actor.ID,
          from: Actor.Attributes?.['image'] ?? '',
        };
        await cli.out(
          `${template.execute({ ...dot, Status: Action, ID: Actor.ID, From: dot.from, Type }, lookup)}\n`,
        );
      } else await cli.out(line(event, text));
    }
    return 0;
  },
};

/** The event has its fields; its attributes are a map, and one that is not there has no value. */
function lookup(value: unknown, name: string): unknown {
  const map = isRecord(value) && !Object.hasOwn(value, 'Actor') && !Object.hasOwn(value, 'ID');
  return map ? value[name] : field(value, name);
}

function line({ Type, Action, Actor, time }: Event, text: string): string {
  // The nanoseconds since the epoch do not fit a number: their last nine digits are taken as text.
  const fraction = /"timeNano":\s*\d*(\d{9})\b/.exec(text)?.[1] ?? '000000000';
  const at = new Date(time * 1000).toISOString().slice(0, 19);
  const attributes = Object.keys(Actor.Attributes ?? {})
    .toSorted()
    .map((name) => `${name}=${Actor.Attributes?.[name] ?? ''}`);
  const details = attributes.length > 0 ? ` (${attributes.join(', ')})` : '';
  return `${at}.${fraction}Z ${Type} ${Action} ${Actor.ID}${details}\n`;
}
