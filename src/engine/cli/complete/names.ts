import type { ContainerSummary, ImageSummary } from '../api.ts';
import type { Cli } from '../command.ts';
import type { Kind } from './kinds.ts';

/** Which states of containers are asked for. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  running: ['running', 'paused', 'restarting'],
  stopped: ['created', 'exited'],
  paused: ['paused'],
};

/** The names that there are of a kind; none when the daemon does not answer. */
export async function names(cli: Cli, kind: Kind): Promise<readonly string[]> {
  try {
    switch (kind) {
      case 'images':
        return await images(cli);
      case 'networks':
        return (await cli.client.json<{ Name: string }[]>('GET', '/networks')).map(
          ({ Name }) => Name,
        );
      case 'volumes': {
        const { Volumes } = await cli.client.json<{ Volumes: { Name: string }[] | null }>(
          'GET',
          '/volumes',
        );
        return (Volumes ?? []).map(({ Name }) => Name);
      }
      case 'objects':
        return [...(await containers(cli, 'containers')), ...(await images(cli))];
      default:
        return await containers(cli, kind);
    }
  } catch {
    return []; // a key that does nothing is better than a sentence in the middle of a line
  }
}

async function containers(cli: Cli, kind: string): Promise<string[]> {
  const states = STATES[kind];
  const found = await cli.client.json<ContainerSummary[]>('GET', '/containers/json', {
    query: {
      all: kind !== 'running',
      ...(states && { filters: JSON.stringify({ status: states }) }),
    },
  });
  return found.flatMap(({ Names }) => (Names ?? []).map((name) => name.slice(1)));
}

async function images(cli: Cli): Promise<string[]> {
  const found = await cli.client.json<ImageSummary[]>('GET', '/images/json');
  return found.flatMap(({ RepoTags }) =>
    (RepoTags ?? []).flatMap((tag) => (tag.endsWith(':latest') ? [tag.slice(0, -7)] : [tag])),
  );
}
