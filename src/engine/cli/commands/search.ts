import { Failure } from '../failure.ts';
import { bool, filter, int, text } from '../flags.ts';
import { checkFormat, formatList, type Listing } from '../format/list.ts';
import { filters } from '../format/text.ts';
import { ellipsis } from '../format/width.ts';
import type { Command } from '../command.ts';

/** An element of `GET /images/search`. */
interface Found {
  readonly name: string;
  readonly description: string;
  readonly star_count: number;
  readonly is_official: boolean;
}

/** How much of a description is shown, in columns. */
const DESCRIPTION = 45;

/** Looks for images in the configured registry: `GET /images/search`. */
export const search: Command = {
  usage: '[OPTIONS] TERM',
  short: 'Search Docker Hub for images',
  arity: { min: 1, max: 1 },
  flags: () => [
    filter(),
    text('format', '', 'Pretty-print search using a Go template'),
    int('limit', '', 'Max number of search results'),
    bool('no-trunc', '', "Don't truncate output"),
  ],
  async run(cli, flags, [term = '']) {
    const format = flags.text('format');
    checkFormat(format);
    if (term === '') throw new Failure('invalid search term: search term cannot be empty');
    const found = await cli.client.json<readonly Found[]>('GET', '/images/search', {
      query: {
        term,
        limit: flags.changed('limit') ? flags.int('limit') : undefined,
        filters: filters(flags.list('filter')),
      },
    });
    await cli.out(formatList(listing(!flags.bool('no-trunc')), found, format));
    return 0;
  },
};

function listing(trunc: boolean): Listing<Found> {
  return {
    columns: {
      Name: { heading: 'NAME', value: ({ name }) => name },
      Description: {
        heading: 'DESCRIPTION',
        value: ({ description }) => (trunc ? ellipsis(description, DESCRIPTION) : description),
      },
      StarCount: { heading: 'STARS', value: ({ star_count }) => String(star_count) },
      IsOfficial: { heading: 'OFFICIAL', value: ({ is_official }) => (is_official ? '[OK]' : '') },
      IsAutomated: { heading: 'AUTOMATED', value: () => '' },
    },
    table: ['Name', 'Description', 'StarCount', 'IsOfficial'],
    type: '*formatter.searchContext',
  };
}
