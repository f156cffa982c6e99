import { bool, filter } from '../../flags.ts';
import { checkFormat, formatFlag, formatList, type Listing } from '../../format/list.ts';
import { filters, label, labels, shortId } from '../../format/text.ts';
import type { Command } from '../../command.ts';

/** An element of `GET /networks`. */
interface NetworkSummary {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6: boolean;
  readonly Internal: boolean;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** Lists networks: `GET /networks`. */
export const ls: Command = {
  usage: '[OPTIONS]',
  short: 'List networks',
  aliases: ['docker network ls', 'docker network list'],
  arity: { min: 0, max: 0 },
  flags: () => [
    filter('Provide filter values (e.g. "driver=bridge")'),
    formatFlag(),
    bool('no-trunc', '', 'Do not truncate the output'),
    bool('quiet', 'q', 'Only display network IDs'),
  ],
  async run(cli, flags) {
    const format = flags.text('format');
    checkFormat(format);
    const found = await cli.client.json<NetworkSummary[]>('GET', '/networks', {
      query: { filters: filters(flags.list('filter')) },
    });
    found.sort((a, b) => natural(a.Name, b.Name));
    const whole = flags.bool('no-trunc');
    const id = ({ Id }: NetworkSummary): string => (whole ? Id : shortId(Id));
    if (flags.bool('quiet') && format === '') {
      await cli.out(found.map((network) => `${id(network)}\n`).join(''));
    } else {
      await cli.out(formatList(listing(id), found, format));
    }
    return 0;
  },
};

function listing(id: (network: NetworkSummary) => string): Listing<NetworkSummary> {
  return {
    columns: {
      ID: { heading: 'NETWORK ID', value: id },
      Name: { heading: 'NAME', value: ({ Name }) => Name },
      Driver: { heading: 'DRIVER', value: ({ Driver }) => Driver },
      Scope: { heading: 'SCOPE', value: ({ Scope }) => Scope },
      IPv4: { heading: 'IPV4', value: ({ EnableIPv4 = false }) => String(EnableIPv4) },
      IPv6: { heading: 'IPV6', value: ({ EnableIPv6 }) => String(EnableIPv6) },
      Internal: { heading: 'INTERNAL', value: ({ Internal }) => String(Internal) },
      Labels: { heading: 'LABELS', value: ({ Labels }) => labels(Labels) },
      Label: { heading: '', value: ({ Labels }) => label(Labels) },
      CreatedAt: { heading: 'CREATED AT', value: ({ Created }) => goTime(Created) },
    },
    table: ['ID', 'Name', 'Driver', 'Scope'],
    type: '*formatter.networkContext',
  };
}

/** RFC 3339 with nanoseconds as Go prints a time: without the fraction's last zeros. */
function goTime(time: string): string {
  const [date = '', clock = ''] = time.replace('Z', '').split('T');
  return `${date} ${clock.includes('.') ? clock.replace(/\.?0+$/, '') : clock} +0000 UTC`;
}

/** Order of names in which numbers count as such: `net2` before `net10`. */
function natural(a: string, b: string): number {
  const parts = (text: string): string[] => text.split(/(\d+)/);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one = '', other = ''] = [left[i], right[i]];
    if (one === other) continue;
    const numbers = /^\d+$/.test(one) && /^\d+$/.test(other);
    if (numbers && Number(one) !== Number(other)) return Number(one) - Number(other);
    return one < other ? -1 : 1;
  }
  return 0;
}
