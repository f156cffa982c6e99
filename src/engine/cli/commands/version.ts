import { API } from '../http/client.ts';
import { Failure, sentence } from '../failure.ts';
import { formatFlag } from '../format/list.ts';
import { objectTemplate } from '../format/object.ts';
import { VERSION } from '../version.ts';
import type { Cli, Command } from '../command.ts';

interface Component {
  readonly Name: string;
  readonly Version: string;
  readonly Details?: Readonly<Record<string, string>> | null;
}

interface ServerVersion {
  readonly Platform?: { readonly Name?: string };
  readonly Components?: readonly Component[] | null;
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly GitCommit?: string;
  readonly GoVersion?: string;
  readonly Os?: string;
  readonly Arch?: string;
  readonly BuildTime?: string;
  readonly Experimental?: boolean;
}

/** Shows the versions of this command and of the daemon: `GET /version`. */
export const version: Command = {
  usage: '[OPTIONS]',
  short: 'Show the Docker version information',
  arity: { min: 0, max: 0 },
  flags: () => [formatFlag(false, 'f')],
  async run(cli, flags) {
    const format = flags.text('format');
    const template = objectTemplate(format, 'version');
    let server: ServerVersion | null = null;
    let problem: unknown = null;
    try {
      server = await cli.client.json<ServerVersion>('GET', '/version');
    } catch (error) {
      problem = error;
    }
    const client = clientVersion(cli);
    if (format === 'json') await cli.out(`${JSON.stringify({ Client: client, Server: server })}\n`);
    else if (template) {
      try {
        await cli.out(`${template.execute({ Client: named(client), Server: named(server) })}\n`);
      } catch (error) {
        if (!problem) throw new Failure(sentence(error));
      }
    } else await cli.out(tables(client, server));
    if (problem) throw problem;
    return 0;
  },
};

/** Templates know the fields by Go's names, the wire by others: `ApiVersion` is `APIVersion` there. */
function named<T extends { readonly ApiVersion: string }>(version: T | null): T | null {
  return (
    version && Object.defineProperty({ ...version }, 'APIVersion', { value: version.ApiVersion })
  );
}

type ClientVersion = ReturnType<typeof clientVersion>;

function clientVersion(cli: Cli): {
  Platform: { Name: string };
  Version: string;
  ApiVersion: string;
  DefaultAPIVersion: string;
  GitCommit: string;
  GoVersion: string;
  Os: string;
  Arch: string;
  BuildTime: string;
  Context: string;
} {
  const api = API.slice('/v'.length);
  const { machine } = cli.sys.uname();
  return {
    Platform: { Name: 'Ship in a Bottle' },
    Version: VERSION,
    ApiVersion: api,
    DefaultAPIVersion: api,
    GitCommit: '',
    GoVersion: '',
    Os: 'linux',
    Arch: /^i[3-6]86$/.test(machine) ? '386' : machine.replace('x86_64', 'amd64'),
    BuildTime: '',
    Context: 'default',
  };
}

function tables(client: ClientVersion, server: ServerVersion | null): string {
  let text = `Client: ${client.Platform.Name}\n`;
  text += rows(' ', 19, [
    ['Version', client.Version],
    ['API version', client.ApiVersion],
    ['OS/Arch', `${client.Os}/${client.Arch}`],
    ['Context', client.Context],
  ]);
  if (!server) return text;
  text += `\nServer: ${server.Platform?.Name ?? ''}\n`;
  const components = server.Components ?? [
    {
      Name: 'Engine',
      Version: server.Version,
      Details: {
        ApiVersion: server.ApiVersion,
        MinAPIVersion: server.MinAPIVersion ?? '',
        GitCommit: server.GitCommit ?? '',
        GoVersion: server.GoVersion ?? '',
        Os: server.Os ?? '',
        Arch: server.Arch ?? '',
        BuildTime: server.BuildTime ?? '',
        Experimental: String(server.Experimental ?? false),
      },
    },
  ];
  for (const { Name, Version, Details } of components) {
    text += ` ${Name}:\n`;
    const details = Object.entries(Details ?? {});
    if (Name !== 'Engine') {
      text += rows('  ', 19, [
        ['Version', Version],
        ...details.toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ]);
      continue;
    }
    const { ApiVersion, MinAPIVersion, GoVersion, GitCommit, BuildTime, Os, Arch, Experimental } =
      Details ?? {};
    const all: [string, string | undefined][] = [
      ['Version', Version],
      ['API version', `${ApiVersion ?? ''} (minimum version ${MinAPIVersion ?? ''})`],
      ['Go version', GoVersion],
      ['Git commit', GitCommit],
      ['Built', readable(BuildTime ?? '')],
      ['OS/Arch', `${Os ?? ''}/${Arch ?? ''}`],
      ['Experimental', Experimental],
    ];
    // What the engine does not have (it is not written in Go) is left out.
    const known = all.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
    text += rows('  ', 19, known);
  }
  return text;
}

function rows(
  indent: string,
  width: number,
  pairs: readonly (readonly [string, string])[],
): string {
  return pairs
    .map(([name, value]) => `${`${indent}${name}:`.padEnd(width)} ${value}`.trimEnd() + '\n')
    .join('');
}

/** An RFC 3339 time as asctime(3) has it: `Thu Jan  1 00:00:00 2026`. */
function readable(time: string): string {
  const match = /^(\d+-\d\d-\d\dT\d\d:\d\d:\d\d)/.exec(time);
  const at = new Date(`${match?.[1] ?? ''}Z`);
  if (Number.isNaN(at.getTime())) return time;
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getUTCDay()];
  const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';
  const month = months.slice(at.getUTCMonth() * 3, at.getUTCMonth() * 3 + 3);
  const clock = at.toISOString().slice(11, 19);
  return `${day} ${month} ${String(at.getUTCDate()).padStart(2)} ${clock} ${at.getUTCFullYear()}`;
}
