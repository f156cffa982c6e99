import { Failure, sentence } from '../failure.ts';
import { formatFlag } from '../format/list.ts';
import { objectTemplate } from '../format/object.ts';
import { bytesSize } from '../format/units.ts';
import { VERSION } from '../version.ts';
import type { Command } from '../command.ts';

/** The parts of `GET /info` that are shown. */
interface Info {
  readonly [name: string]: unknown;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly Plugins?: Readonly<Record<string, readonly string[] | null>>;
  readonly Swarm?: { readonly LocalNodeState?: string };
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly SecurityOptions?: readonly string[] | null;
  readonly MemTotal?: number;
  readonly RegistryConfig?: {
    readonly IndexConfigs?: Readonly<
      Record<string, { readonly Name: string; readonly Secure: boolean }>
    > | null;
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly Mirrors?: readonly string[] | null;
  } | null;
  readonly Labels?: readonly string[] | null;
  readonly Warnings?: readonly string[] | null;
}

/** Shows what the daemon knows of itself and its machine: `GET /info`. */
export const info: Command = {
  usage: '[OPTIONS]',
  short: 'Display system-wide information',
  aliases: ['docker system info', 'docker info'],
  arity: { min: 0, max: 0 },
  flags: () => [formatFlag(false, 'f')],
  async run(cli, flags) {
    const format = flags.text('format');
    const template = objectTemplate(format);
    const client = {
      Debug: false,
      Context: 'default',
      Version: VERSION,
      Plugins: [],
      Warnings: null,
    };
    if (format === '') {
      await cli.out(
        `Client: Ship in a Bottle\n Version:    ${VERSION}\n Context:    default\n Debug Mode: false\n\nServer:\n`,
      );
    }
    const server = await cli.client.json<Info>('GET', '/info');
    if (format === '') {
      await cli.out(lines(server));
      for (const warning of server.Warnings ?? []) await cli.err(`${warning}\n`);
      return 0;
    }
    const all = { ...server, ClientInfo: client };
    try {
      await cli.out(`${template ? template.execute(all) : JSON.stringify(all)}\n`);
    } catch (error) {
      throw new Failure(sentence(error));
    }
    return 0;
  },
};

function lines(server: Info): string {
  const out: string[] = [];
  const line = (indent: number, label: string, value: unknown): void => {
    out.push(`${' '.repeat(indent)}${label}: ${String(value)}`.trimEnd());
  };
  const known = (indent: number, label: string, name: string): void => {
    const value = server[name];
    if (value !== undefined && value !== null && value !== '') line(indent, label, value);
  };
  known(1, 'Containers', 'Containers');
  known(2, 'Running', 'ContainersRunning');
  known(2, 'Paused', 'ContainersPaused');
  known(2, 'Stopped', 'ContainersStopped');
  known(1, 'Images', 'Images');
  known(1, 'Server Version', 'ServerVersion');
  known(1, 'Storage Driver', 'Driver');
  for (const [name, value] of server.DriverStatus ?? []) line(2, name, value);
  known(1, 'Logging Driver', 'LoggingDriver');
  known(1, 'Cgroup Driver', 'CgroupDriver');
  known(1, 'Cgroup Version', 'CgroupVersion');
  out.push(' Plugins:');
  for (const kind of ['Volume', 'Network', 'Authorization', 'Log']) {
    const plugins = server.Plugins?.[kind] ?? [];
    if (plugins.length > 0) line(2, kind, plugins.join(' '));
  }
  line(1, 'Swarm', server.Swarm?.LocalNodeState ?? 'inactive');
  const runtimes = Object.keys(server.Runtimes ?? {});
  if (runtimes.length > 0) line(1, 'Runtimes', runtimes.toSorted().join(' '));
  known(1, 'Default Runtime', 'DefaultRuntime');
  known(1, 'Init Binary', 'InitBinary');
  const options = server.SecurityOptions ?? [];
  if (options.length > 0) out.push(' Security Options:');
  for (const option of options) securityOption(out, option);
  known(1, 'Kernel Version', 'KernelVersion');
  known(1, 'Operating System', 'OperatingSystem');
  known(1, 'OSType', 'OSType');
  known(1, 'Architecture', 'Architecture');
  known(1, 'CPUs', 'NCPU');
  if (server.MemTotal !== undefined) line(1, 'Total Memory', bytesSize(server.MemTotal));
  known(1, 'Name', 'Name');
  known(1, 'ID', 'ID');
  known(1, 'Docker Root Dir', 'DockerRootDir');
  known(1, 'Debug Mode', 'Debug');
  for (const label of server.Labels ?? [])
    out.push(out.at(-1)?.startsWith('  ') ? `  ${label}` : ` Labels:\n  ${label}`);
  known(1, 'Experimental', 'ExperimentalBuild');
  const insecure = Object.values(server.RegistryConfig?.IndexConfigs ?? {})
    .filter(({ Secure }) => !Secure)
    .map(({ Name }) => Name);
  const registries = [...insecure, ...(server.RegistryConfig?.InsecureRegistryCIDRs ?? [])];
  if (registries.length > 0)
    out.push(' Insecure Registries:', ...registries.map((cidr) => `  ${cidr}`));
  const mirrors = server.RegistryConfig?.Mirrors ?? [];
  if (mirrors.length > 0) out.push(' Registry Mirrors:', ...mirrors.map((mirror) => `  ${mirror}`));
  known(1, 'Live Restore Enabled', 'LiveRestoreEnabled');
  return `${out.join('\n')}\n\n`;
}

/** `name=seccomp,profile=builtin` as a name with its settings below. */
function securityOption(out: string[], option: string): void {
  for (const pair of option.split(',')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (name === 'name') out.push(`  ${value}`);
    else if (name === 'profile') out.push(`   Profile: ${value}`);
    else out.push(value ? `   ${name}: ${value}` : `  ${name}`);
  }
}
