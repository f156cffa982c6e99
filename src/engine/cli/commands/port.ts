import { resource } from '../each.ts';
import { Failure } from '../failure.ts';
import type { Command } from '../command.ts';

type PortMap = Readonly<
  Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
>;

/** Shows where a container's ports are published. */
export const port: Command = {
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  short: 'List port mappings or a specific mapping for the container',
  aliases: ['docker container port', 'docker port'],
  arity: { min: 1, max: 2 },
  async run(cli, _flags, [container = '', wanted]) {
    const { NetworkSettings } = await cli.client.json<{
      readonly NetworkSettings: { readonly Ports: PortMap | null };
    }>('GET', `${resource('containers', container)}/json`);
    const ports = NetworkSettings.Ports ?? {};
    const lines: string[] = [];
    if (wanted === undefined) {
      for (const [inside, bindings] of Object.entries(ports)) {
        for (const binding of bindings ?? []) lines.push(`${inside} -> ${where(binding)}`);
      }
    } else {
      const [number = '', protocol = 'tcp'] = wanted.split('/');
      const bindings = ports[`${number}/${protocol}`];
      if (!bindings) {
        throw new Failure(`Error: No public port '${wanted}' published for ${container}`);
      }
      lines.push(...bindings.map(where));
    }
    await cli.out(
      lines
        .toSorted(byNumber)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return 0;
  },
};

function where({ HostIp, HostPort }: { HostIp: string; HostPort: string }): string {
  return `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`;
}

/** Lines by the number at their beginning. */
function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}
