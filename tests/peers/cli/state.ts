import type { Answers } from './daemon.ts';

/** What the daemon of these tests has: enough to fill every column in more than one way. */

const id = (digit: string): string => digit.repeat(64);
const now = Math.floor(Date.now() / 1000);

const containers = [
  {
    Id: id('a'),
    Names: ['/hello'],
    Image: 'busybox',
    ImageID: `sha256:${id('b')}`,
    Command: 'sleep 1000 and more and more',
    // Ages that stay what they are called while the tests run: both clients look at the clock for themselves.
    Created: now - 3700,
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 53, Type: 'udp' },
      { PrivatePort: 54, Type: 'udp' },
      { IP: '0.0.0.0', PrivatePort: 90, PublicPort: 90, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 91, PublicPort: 91, Type: 'tcp' },
    ],
    SizeRw: 1234,
    SizeRootFs: 4321234,
    Labels: { a: 'b', c: 'd' },
    State: 'running',
    Status: 'Up About an hour',
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: { bridge: {} } },
    Mounts: [
      { Type: 'volume', Name: id('v'), Source: '', Destination: '/x', Driver: 'local' },
      { Type: 'bind', Source: '/a/b/c/d/e/f/g/hijklmnop', Destination: '/y' },
    ],
  },
  {
    Id: id('c'),
    Names: ['/two', '/hello/link'],
    Image: `sha256:${id('d')}`,
    ImageID: `sha256:${id('d')}`,
    Command: 'echo 배에 실은 컨테이너가 항구를 떠난다 & <b>',
    Created: now - 86400 * 3,
    Ports: [],
    Labels: {},
    State: 'exited',
    Status: 'Exited (0) 3 days ago',
    HostConfig: { NetworkMode: 'none' },
    NetworkSettings: { Networks: {} },
    Mounts: [],
  },
  {
    Id: id('e'),
    Names: ['/pinned'],
    Image: `busybox@sha256:${id('b')}`,
    ImageID: `sha256:${id('f')}`,
    Command: 'sh',
    Created: now - 86400 * 90,
    Ports: null,
    Labels: null,
    State: 'created',
    Status: 'Created',
    HostConfig: { NetworkMode: 'none' },
    NetworkSettings: { Networks: {} },
    Mounts: null,
  },
];

const images = [
  {
    Id: `sha256:${id('b')}`,
    ParentId: '',
    // Both of one repository: the real client lists repositories of an image in any order.
    RepoTags: ['busybox:latest', 'busybox:1'],
    RepoDigests: [`busybox@sha256:${id('e')}`],
    Created: now - 1e7,
    Size: 4134567,
    SharedSize: -1,
    Labels: null,
    Containers: -1,
  },
  {
    Id: `sha256:${id('d')}`,
    ParentId: '',
    RepoTags: [],
    RepoDigests: [`foo@sha256:${id('f')}`],
    Created: now - 3e6,
    Size: 1999,
    SharedSize: -1,
    Labels: {},
    Containers: -1,
  },
  {
    Id: `sha256:${id('2')}`,
    ParentId: '',
    RepoTags: ['reg:5000/x/busybox:1'],
    RepoDigests: null,
    Created: now - 18_100,
    Size: 12_345_678,
    SharedSize: 4134567,
    Labels: null,
    Containers: 2,
  },
  {
    Id: `sha256:${id('1')}`,
    RepoTags: null,
    RepoDigests: null,
    Created: now - 3600 * 3,
    Size: 999_600,
    SharedSize: -1,
    Labels: {},
    Containers: -1,
  },
];

const details = {
  Id: id('a'),
  Created: '2026-01-01T00:00:00.123456789Z',
  Path: 'sh',
  Args: ['-c', 'x<y & z'],
  State: {
    Status: 'running',
    Running: true,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 12,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  },
  Image: `sha256:${id('b')}`,
  Name: '/hello',
  RestartCount: 0,
  Driver: 'overlay2',
  Mounts: [],
  LogPath: '',
  Config: {
    Hostname: 'aa',
    Env: ['A=b', 'P=/bin'],
    Cmd: ['sh'],
    Tty: false,
    OpenStdin: true,
    Image: 'busybox',
    Volumes: null,
    Entrypoint: null,
    Labels: { a: 'b', c: 'd' },
  },
  HostConfig: {
    Memory: 16777216,
    NanoCpus: 500000000,
    Binds: null,
    CapAdd: ['NET_ADMIN'],
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
  },
  NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } }, Ports: {} },
};

const built = '2026-01-01T00:00:00.000000000+00:00';

const version = {
  Platform: { Name: 'Ship in a Bottle' },
  Components: [
    {
      Name: 'Engine',
      Version: '27.5.1',
      Details: {
        ApiVersion: '1.47',
        Arch: '386',
        BuildTime: built,
        Experimental: 'false',
        GitCommit: 'abc',
        GoVersion: 'none',
        KernelVersion: '6.12',
        MinAPIVersion: '1.24',
        Os: 'linux',
      },
    },
    { Name: 'shim', Version: '1', Details: { GitCommit: 'q' } },
  ],
  Version: '27.5.1',
  ApiVersion: '1.47',
  MinAPIVersion: '1.24',
  GitCommit: 'abc',
  GoVersion: 'none',
  Os: 'linux',
  Arch: '386',
  KernelVersion: '6.12',
  BuildTime: built,
};

const info = {
  ID: 'b0771e00-0000-4000-8000-000000000000',
  Containers: 3,
  ContainersRunning: 1,
  ContainersPaused: 0,
  ContainersStopped: 2,
  Images: 2,
  Driver: 'overlay2',
  DriverStatus: [
    ['Backing Filesystem', 'tmpfs'],
    ['Supports d_type', 'true'],
  ],
  Plugins: {
    Volume: ['local'],
    Network: ['bridge', 'host', 'null'],
    Authorization: null,
    Log: ['json-file', 'none'],
  },
  MemoryLimit: true,
  SwapLimit: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  Debug: false,
  LoggingDriver: 'json-file',
  CgroupDriver: 'cgroupfs',
  CgroupVersion: '2',
  KernelVersion: '6.12.0',
  OperatingSystem: 'Ship in a Bottle',
  OSVersion: '',
  OSType: 'linux',
  Architecture: 'i686',
  IndexServerAddress: 'https://index.docker.io/v1/',
  RegistryConfig: {
    InsecureRegistryCIDRs: ['127.0.0.0/8'],
    IndexConfigs: {},
    Mirrors: ['http://192.168.86.1/'],
  },
  NCPU: 1,
  MemTotal: 128 * 1024 * 1024,
  DockerRootDir: '/var/lib/docker',
  Name: 'bottle',
  Labels: [],
  ExperimentalBuild: false,
  ServerVersion: '27.5.1',
  Runtimes: { bottle: { path: '/usr/lib/bottle/shim' } },
  DefaultRuntime: 'bottle',
  Swarm: { LocalNodeState: 'inactive', ControlAvailable: false, RemoteManagers: null },
  LiveRestoreEnabled: true,
  InitBinary: 'none',
  ContainerdCommit: { ID: '', Expected: '' },
  RuncCommit: { ID: '', Expected: '' },
  InitCommit: { ID: '', Expected: '' },
  SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
  Warnings: null,
};

const history = [
  {
    Id: `sha256:${id('b')}`,
    Created: now - 1e7,
    CreatedBy: '/bin/sh -c #(nop)  CMD ["sh"] and so on for more than forty-five columns',
    Tags: ['busybox:latest'],
    Size: 0,
    Comment: 'buildkit.dockerfile.v0',
  },
  {
    Id: '<missing>',
    Created: now - 1e7,
    CreatedBy: 'ADD\tbusybox.tar / # buildkit',
    Tags: null,
    Size: 4134567,
    Comment: '',
  },
];

/** A pull as dockerd streams it. */
const pulled = [
  { status: 'Pulling from library/busybox', id: 'latest' },
  { status: 'Pulling fs layer', progressDetail: {}, id: '0123456789ab' },
  {
    status: 'Downloading',
    progressDetail: { current: 1024, total: 4096 },
    progress: '[> ]',
    id: '0123456789ab',
  },
  { status: 'Download complete', progressDetail: {}, id: '0123456789ab' },
  { status: 'Extracting', progressDetail: { current: 4096, total: 4096 }, id: '0123456789ab' },
  { status: 'Pull complete', progressDetail: {}, id: '0123456789ab' },
  { status: `Digest: sha256:${id('e')}` },
  { status: 'Status: Downloaded newer image for busybox:latest' },
];

const missing = (what: string): { status: number; body: { message: string } } => ({
  status: 404,
  body: { message: `No such ${what}` },
});

export const answers: Answers = {
  'GET /containers/json': { body: containers },
  'GET /images/json': { body: images },
  'GET /containers/a/json': { body: details },
  'GET /containers/*/json': missing('container: nope'),
  'GET /images/a/json': missing('image: a'),
  'GET /images/busybox/json': { body: { Id: `sha256:${id('b')}`, RepoTags: ['busybox:latest'] } },
  'GET /images/*/json': missing('image: nope:latest'),
  'GET /networks/*': missing('network: nope'),
  'GET /volumes/*': missing('volume: nope'),
  'GET /plugins/*/json': missing('plugin: nope'),
  'GET /version': { body: version },
  'GET /info': { body: info },
  'POST /images/create': ({ query }) =>
    query['fromImage']?.endsWith('nope')
      ? { status: 404, body: { message: 'pull access denied for nope, repository does not exist' } }
      : query['fromImage']?.endsWith('broken')
        ? {
            lines: [
              ...pulled.slice(0, 3),
              { errorDetail: { message: 'wrong digest' }, error: 'wrong digest' },
            ],
          }
        : { lines: pulled },
  'POST /containers/create': { status: 201, body: { Id: id('a'), Warnings: [] } },
  'GET /images/*/history': { body: history },
  'POST /images/*/tag': ({ path }) =>
    path.includes('nope') ? missing('image: nope:latest') : { status: 201 },
  'POST /containers/*/start': { status: 204 },
  'POST /containers/*/stop': ({ path }) =>
    path.includes('nope') ? missing('container: nope') : { status: 204 },
  'POST /containers/*/restart': { status: 204 },
  'POST /containers/*/kill': ({ path }) =>
    path.includes('nope')
      ? { status: 409, body: { message: 'cannot kill container: nope: not running' } }
      : { status: 204 },
  'POST /containers/*/wait': { body: { StatusCode: 3 } },
  'DELETE /containers/*': ({ path }) =>
    path.includes('nope') ? missing('container: nope') : { status: 204 },
  'DELETE /images/*': ({ path }) =>
    path.includes('nope')
      ? missing('image: nope:latest')
      : { body: [{ Untagged: 'busybox:latest' }, { Deleted: `sha256:${id('b')}` }] },
};
