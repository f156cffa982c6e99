import type { Registries } from '../distribution/index.ts';
import { events } from './events.ts';
import { registries } from './registries.ts';
import { API_VERSION, MIN_API_VERSION, type Call, type Routes } from './router.ts';

/** The engine's own version: what `docker version` shows as the server's. */
const ENGINE_VERSION = '27.5.1-bottle';

async function ping({ response }: Call): Promise<void> {
  await response.text(
    200,
    'OK',
    'text/plain; charset=utf-8',
    'Builder-Version: 1\r\nCache-Control: no-cache, no-store, must-revalidate\r\nPragma: no-cache\r\n',
  );
}

async function version({ context, response }: Call): Promise<void> {
  const { release } = context.sys.uname();
  const details = {
    ApiVersion: API_VERSION,
    Arch: '386',
    BuildTime: '',
    Experimental: 'false',
    GitCommit: '',
    GoVersion: 'none: TypeScript on QuickJS',
    KernelVersion: release,
    MinAPIVersion: MIN_API_VERSION,
    Os: 'linux',
  };
  await response.json(200, {
    Platform: { Name: 'Ship in a Bottle' },
    Components: [{ Name: 'Engine', Version: ENGINE_VERSION, Details: details }],
    Version: ENGINE_VERSION,
    ...details,
    Experimental: false,
  });
}

async function info({ context, response }: Call): Promise<void> {
  const { sys } = context;
  const { release, nodename } = sys.uname();
  const memory = sys.sysinfo();
  const containers = context.containers.list();
  const count = (status: string): number =>
    containers.filter(({ state }) => state.Status === status).length;
  await response.json(200, {
    ID: 'b0771e00-0000-4000-8000-000000000000',
    Containers: containers.length,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: containers.length - count('running') - count('paused'),
    Images: context.images.list().length,
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', 'tmpfs'],
      ['Supports d_type', 'true'],
      ['Native Overlay Diff', 'true'],
    ],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'null'],
      Authorization: null,
      Log: ['json-file', 'none'],
    },
    MemoryLimit: true,
    SwapLimit: false,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: sys.readText('/sys/fs/cgroup/cgroup.controllers').includes('cpuset'),
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: sys.readdir('/proc/self/fd').length,
    OomKillDisable: false,
    NGoroutines: 1,
    SystemTime: sys.timestamp(),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '2',
    NEventsListener: 0,
    KernelVersion: release,
    OperatingSystem: 'Ship in a Bottle',
    OSVersion: '',
    OSType: 'linux',
    Architecture: 'i686',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: registryConfig(registries(sys)),
    NCPU: 1,
    MemTotal: memory.total,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: nodename,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: ENGINE_VERSION,
    Runtimes: { bottle: { path: '/usr/lib/bottle/shim' } },
    DefaultRuntime: 'bottle',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: 'none',
    ContainerdCommit: { ID: '', Expected: '' },
    RuncCommit: { ID: '', Expected: '' },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    Warnings: null,
  });
}

export const systemRoutes: Routes = [
  ['GET', '/_ping', ping],
  ['GET', '/version', version],
  ['GET', '/info', info],
  ['GET', '/events', events],
];

/** As dockerd shows its configuration: Docker Hub, and each registry without TLS. */
function registryConfig({ mirrors, insecure }: Registries): Record<string, unknown> {
  const index = (Name: string, Official: boolean, Mirrors: readonly string[]): object => {
    return { Name, Mirrors, Secure: Official, Official };
  };
  const Mirrors = mirrors.map((base) => base.replace(/\/*$/, '/'));
  return {
    InsecureRegistryCIDRs: insecure.filter((entry) => entry.includes('/')),
    IndexConfigs: {
      'docker.io': index('docker.io', true, Mirrors),
      ...Object.fromEntries(
        insecure
          .filter((entry) => !entry.includes('/'))
          .map((name) => [name, index(name, false, [])]),
      ),
    },
    Mirrors,
  };
}
