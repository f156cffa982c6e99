import { eventLine, type EngineEvent } from '../daemon/events.ts';
import { fromNanoseconds, parseTime, unixNanoseconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import { Queue } from './queue.ts';
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
    RegistryConfig: {
      InsecureRegistryCIDRs: [],
      IndexConfigs: {},
      Mirrors: [],
    },
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

const EVENT_FILTERS = [
  'container',
  'event',
  'image',
  'label',
  'type',
  'scope',
  'network',
  'volume',
];

function passes(event: EngineEvent, filters: Filters): boolean {
  const { type, action, id, attributes: about } = event;
  // `exec_create: ls` is found by `event=exec_create`.
  const verb = action.split(':')[0];
  const names = (wanted: string): boolean =>
    id.startsWith(wanted) || about['name'] === wanted.replace(/^\//, '');
  return (
    fits(filters, 'event', (wanted) => wanted === action || wanted === verb) &&
    fits(filters, 'type', (wanted) => wanted === type) &&
    fits(filters, 'container', (wanted) => type === 'container' && names(wanted)) &&
    fits(filters, 'image', (wanted) =>
      type === 'image' ? names(wanted) : about['image'] === wanted,
    ) &&
    fits(filters, 'network', (wanted) => type === 'network' && names(wanted)) &&
    fitsLabels(filters, about)
  );
}

/** A bound of `since` or `until` as comparable text. */
function bound(text: string | undefined, name: string): string | null {
  if (text === undefined || text === '') return null;
  const time = parseTime(text);
  if (time === null) throw new EngineError(400, `invalid value for ${name}: ${text}`);
  return fromNanoseconds(time);
}

/** `GET /events`: the kept ones since a time, then each new one until a time or the client's end. */
async function events({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), EVENT_FILTERS);
  const since = bound(request.query.get('since'), 'since');
  const until = bound(request.query.get('until'), 'until');
  const { sys } = context;
  const queue = new Queue<EngineEvent>();
  for (const event of since === null ? [] : context.events.recent()) {
    if (since !== null && event.time >= since && passes(event, filters)) queue.push(event);
  }
  const unsubscribe = context.events.subscribe((event) => {
    if (passes(event, filters)) queue.push(event);
  });
  let timer: number | undefined;
  if (until !== null) {
    const left = Number(BigInt(unixNanoseconds(until)) - BigInt(unixNanoseconds(sys.timestamp())));
    timer = sys.setTimer(Math.max(0, left / 1e6), () => {
      queue.close();
    });
  }
  void request.gone.then(() => {
    queue.close();
  });
  try {
    await response.stream('application/json');
    for await (const event of queue) {
      if (until !== null && event.time > until) break;
      await response.write(eventLine(event));
    }
    await response.end();
  } finally {
    unsubscribe();
    if (timer !== undefined) sys.clearTimer(timer);
  }
}

/** No account is asked for by the bundled registry. */
async function auth({ response }: Call): Promise<void> {
  await response.json(200, { Status: 'Login Succeeded', IdentityToken: '' });
}

export const systemRoutes: Routes = [
  ['GET', '/_ping', ping],
  ['GET', '/version', version],
  ['GET', '/info', info],
  ['GET', '/events', events],
  ['POST', '/auth', auth],
];
