/** What the daemon answers, checked against the Engine API's published specification. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ustar } from '../guest/tar.ts';
import { ask } from './api/client.ts';
import type { Question } from './api/client.ts';
import { Specification } from './api/specification.ts';
import { Bottle } from './docker/bottle.ts';

const specification = await Specification.load();
const why = 'reason' in specification ? ` (not to be had: ${specification.reason})` : '';

/** What this engine has not: BuildKit's session, a terminal by WebSocket, the manifest of an image that is not pulled. */
const ABSENT = ['GET /containers/{id}/attach/ws', 'GET /distribution/{name}/json', 'POST /session'];

describe.skipIf('reason' in specification)(`the specification of the Engine API${why}`, () => {
  let bottle: Bottle;

  beforeAll(async () => {
    bottle = await Bottle.start();
  });
  afterAll(() => bottle.stop());

  /** Asks, and checks status and body; the body. */
  const say = async (
    status: number,
    operation: string,
    question: Question = {},
  ): Promise<unknown> => {
    if ('reason' in specification) throw new Error(specification.reason);
    const [method = '', path = ''] = operation.split(' ');
    const answer = await ask(bottle.host, method, path, question);
    const text = answer.bytes.toString();
    expect(`${answer.status} ${answer.status === status ? '' : text}`.trim()).toBe(String(status));
    const json = answer.type.startsWith('application/json') && text !== '';
    const lines = json ? text.trim().split('\n') : [];
    // A stream of documents is checked where its definition is known.
    const body: unknown = lines.length === 1 ? JSON.parse(text) : text;
    if (lines.length < 2)
      expect.soft(specification.mistakes(method, path, status, body)).toEqual([]);
    return lines.length < 2 ? body : lines.map((line) => JSON.parse(line) as unknown);
  };
  const mistakesOf = (definition: string, body: unknown): string[] =>
    'reason' in specification ? [] : specification.mistakesOf(definition, body);

  const a = { in: { id: 'a', name: 'a' } };
  const nope = { in: { id: 'nope', name: 'nope' } };
  const create = (name: string, body: object): Question => ({
    query: { name },
    body: { Image: 'busybox', ...body },
  });

  it.each(['GET /_ping', 'GET /version', 'GET /info', 'GET /system/df'])(
    '%s',
    async (operation) => {
      await say(200, operation);
    },
  );

  it('images', async () => {
    const lines = await say(200, 'POST /images/create', {
      query: { fromImage: 'busybox', tag: 'latest' },
    });
    for (const line of lines as unknown[])
      expect.soft(mistakesOf('CreateImageInfo', line)).toEqual([]);
    const busybox = { in: { name: 'busybox' } };
    await say(200, 'GET /images/json');
    await say(200, 'GET /images/json', { query: { all: '1', digests: '1', 'shared-size': '1' } });
    await say(200, 'GET /images/{name}/json', busybox);
    await say(200, 'GET /images/{name}/history', busybox);
    await say(201, 'POST /images/{name}/tag', { ...busybox, query: { repo: 'mine', tag: '1' } });
    await say(200, 'DELETE /images/{name}', { in: { name: 'mine:1' } });
    await say(200, 'GET /images/search', { query: { term: 'busybox' } });
    await say(200, 'POST /images/prune');
    await say(404, 'GET /images/{name}/json', nope);
    await say(404, 'GET /images/{name}/history', nope);
    await say(404, 'DELETE /images/{name}', nope);
    await say(404, 'POST /images/{name}/tag', { ...nope, query: { repo: 'x' } });
  });

  it('a container of defaults', async () => {
    await say(201, 'POST /containers/create', create('a', { Cmd: ['sleep', '1000'] }));
    await say(200, 'GET /containers/json', { query: { all: '1', size: '1' } });
    await say(200, 'GET /containers/{id}/json', { ...a, query: { size: '1' } });
    await say(204, 'POST /containers/{id}/start', a);
    await say(304, 'POST /containers/{id}/start', a);
    await say(200, 'GET /containers/json');
    await say(200, 'GET /containers/{id}/json', a);
    await say(200, 'GET /containers/{id}/top', a);
    await say(200, 'GET /containers/{id}/stats', { ...a, query: { stream: '0' } });
    await say(200, 'GET /containers/{id}/stats', { ...a, query: { stream: '0', 'one-shot': '1' } });
    await say(200, 'GET /containers/{id}/logs', { ...a, query: { stdout: '1' } });
    await say(204, 'POST /containers/{id}/pause', a);
    await say(200, 'GET /containers/{id}/json', a);
    await say(204, 'POST /containers/{id}/unpause', a);
    await say(200, 'POST /containers/{id}/update', { ...a, body: { PidsLimit: 100 } });
    await say(204, 'POST /containers/{id}/rename', { ...a, query: { name: 'b' } });
    await say(204, 'POST /containers/{id}/rename', { in: { id: 'b' }, query: { name: 'a' } });
    await say(204, 'POST /containers/{id}/restart', { ...a, query: { t: '0' } });
    await say(204, 'POST /containers/{id}/kill', a);
    await say(200, 'POST /containers/{id}/wait', a);
    await say(409, 'POST /containers/{id}/kill', a);
    await say(304, 'POST /containers/{id}/stop', a);
    await say(200, 'GET /containers/{id}/json', a);
    await say(204, 'DELETE /containers/{id}', a);
  });

  it('a container with everything', async () => {
    await say(201, 'POST /networks/create', { body: { Name: 'harbour' } });
    const body = {
      Cmd: ['sleep', '1000'],
      ...{ Hostname: 'ship', User: '33:33', Env: ['A=1'], Labels: { a: 'b' }, WorkingDir: '/tmp' },
      ...{ StopSignal: 'SIGHUP', StopTimeout: 3, Tty: true, OpenStdin: true },
      ExposedPorts: { '80/tcp': {}, '90/udp': {} },
      Volumes: { '/anonymous': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000, Retries: 3 },
      HostConfig: {
        Binds: ['data:/data:ro', '/tmp:/host'],
        Mounts: [{ Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 65_536 } }],
        PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
        ...{ Memory: 33_554_432, NanoCpus: 500_000_000, PidsLimit: 50, CpuShares: 512 },
        ...{ CapAdd: ['NET_ADMIN'], CapDrop: ['MKNOD'], SecurityOpt: ['no-new-privileges'] },
        Devices: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/z', CgroupPermissions: 'rwm' }],
        Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
        ...{ Sysctls: { 'net.ipv4.ip_forward': '0' }, Tmpfs: { '/run': 'size=1m' }, Init: true },
        ...{ ExtraHosts: ['db:10.0.0.5'], Dns: ['10.0.0.1'], GroupAdd: ['99'], ShmSize: 1_048_576 },
        ...{
          NetworkMode: 'harbour',
          LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
        },
      },
      NetworkingConfig: { EndpointsConfig: { harbour: { Aliases: ['www'] } } },
    };
    await say(201, 'POST /containers/create', create('a', body));
    await say(200, 'GET /containers/{id}/json', a);
    await say(204, 'POST /containers/{id}/start', a);
    await say(200, 'GET /containers/{id}/json', a);
    await say(200, 'GET /containers/json');
    await say(200, 'GET /networks/{id}', { in: { id: 'harbour' } });
    await say(200, 'GET /system/df', { query: { verbose: '1' } });
    await say(200, 'GET /containers/{id}/stats', { ...a, query: { stream: '0', 'one-shot': '1' } });
    await say(204, 'DELETE /containers/{id}', { ...a, query: { force: '1', v: '1' } });
    await say(204, 'DELETE /networks/{id}', { in: { id: 'harbour' } });
    await say(204, 'DELETE /volumes/{name}', { in: { name: 'data' } });
  });

  it('mistakes', async () => {
    await say(404, 'POST /containers/create', { body: { Image: 'nope' } });
    await say(400, 'POST /containers/create', create('-', {}));
    await say(201, 'POST /containers/create', create('a', {}));
    await say(409, 'POST /containers/create', create('a', {}));
    for (const operation of [
      ...['GET /containers/{id}/json', 'GET /containers/{id}/top', 'GET /containers/{id}/logs'],
      ...['GET /containers/{id}/changes', 'GET /containers/{id}/export', 'DELETE /containers/{id}'],
      ...[
        'POST /containers/{id}/start',
        'POST /containers/{id}/stop',
        'POST /containers/{id}/kill',
      ],
      ...['POST /containers/{id}/restart', 'POST /containers/{id}/pause', 'GET /exec/{id}/json'],
      ...['POST /containers/{id}/unpause', 'POST /containers/{id}/wait', 'GET /networks/{id}'],
      ...['DELETE /networks/{id}', 'GET /volumes/{name}', 'DELETE /volumes/{name}'],
    ])
      await say(404, operation, { ...nope, query: { stdout: '1' } });
    await say(404, 'GET /containers/{id}/archive', { ...nope, query: { path: '/' } });
    await say(404, 'POST /containers/{id}/rename', { ...nope, query: { name: 'b' } });
    await say(404, 'POST /containers/{id}/update', { ...nope, body: { PidsLimit: 1 } });
    await say(404, 'POST /containers/{id}/exec', { ...nope, body: { Cmd: ['true'] } });
    await say(409, 'POST /containers/{id}/exec', { ...a, body: { Cmd: ['true'] } });
    await say(204, 'DELETE /containers/{id}', a);
  });

  it('exec', async () => {
    await say(201, 'POST /containers/create', create('a', { Cmd: ['sleep', '1000'] }));
    await say(204, 'POST /containers/{id}/start', a);
    const body = { Cmd: ['echo', 'hi'], AttachStdout: true, Env: ['A=1'], Tty: true };
    const made = await say(201, 'POST /containers/{id}/exec', { ...a, body });
    const exec = { in: { id: String((made as { Id: string }).Id) } };
    await say(200, 'GET /exec/{id}/json', exec);
    await say(200, 'POST /exec/{id}/start', { ...exec, body: { Detach: false, Tty: true } });
    await say(200, 'GET /exec/{id}/json', exec);
    await say(409, 'POST /exec/{id}/start', { ...exec, body: {} });
    await say(404, 'POST /exec/{id}/start', { ...nope, body: {} });
    await say(204, 'DELETE /containers/{id}', { ...a, query: { force: '1' } });
  });

  it('files and images of containers', async () => {
    const Cmd = ['sh', '-c', 'echo new >/new; rm /etc/passwd'];
    await say(201, 'POST /containers/create', create('a', { Cmd }));
    await say(204, 'POST /containers/{id}/start', a);
    await say(200, 'POST /containers/{id}/wait', a);
    await say(200, 'GET /containers/{id}/changes', a);
    await say(200, 'GET /containers/{id}/archive', { ...a, query: { path: '/new' } });
    await say(200, 'HEAD /containers/{id}/archive', { ...a, query: { path: '/new' } });
    await say(404, 'GET /containers/{id}/archive', { ...a, query: { path: '/nope' } });
    const archive = {
      ...a,
      query: { path: '/' },
      body: Buffer.from(ustar({ file: Buffer.from('words') })),
    };
    await say(200, 'PUT /containers/{id}/archive', archive);
    await say(200, 'GET /containers/{id}/export', a);
    await say(201, 'POST /commit', { query: { container: 'a', repo: 'made', comment: 'why' } });
    await say(200, 'GET /images/{name}/json', { in: { name: 'made' } });
    await say(200, 'GET /images/{name}/history', { in: { name: 'made' } });
    await say(200, 'DELETE /images/{name}', { in: { name: 'made' } });
    await say(204, 'DELETE /containers/{id}', a);
    await say(200, 'POST /containers/prune');
  });

  it('networks', async () => {
    const IPAM = { Config: [{ Subnet: '10.5.0.0/24', Gateway: '10.5.0.1' }] };
    await say(201, 'POST /networks/create', { body: { Name: 'yard', IPAM, Labels: { a: 'b' } } });
    await say(409, 'POST /networks/create', { body: { Name: 'yard' } });
    await say(200, 'GET /networks');
    const yard = { in: { id: 'yard' } };
    await say(200, 'GET /networks/{id}', yard);
    await say(201, 'POST /containers/create', create('a', { Cmd: ['sleep', '1000'] }));
    await say(204, 'POST /containers/{id}/start', a);
    await say(200, 'POST /networks/{id}/connect', { ...yard, body: { Container: 'a' } });
    await say(200, 'GET /networks/{id}', yard);
    await say(200, 'GET /containers/{id}/json', a);
    await say(403, 'DELETE /networks/{id}', yard);
    await say(200, 'POST /networks/{id}/disconnect', { ...yard, body: { Container: 'a' } });
    await say(204, 'DELETE /containers/{id}', { ...a, query: { force: '1' } });
    await say(204, 'DELETE /networks/{id}', yard);
    await say(403, 'DELETE /networks/{id}', { in: { id: 'bridge' } });
    await say(200, 'POST /networks/prune');
  });

  it('volumes', async () => {
    await say(201, 'POST /volumes/create', { body: { Name: 'data', Labels: { a: 'b' } } });
    await say(200, 'GET /volumes');
    await say(200, 'GET /volumes/{name}', { in: { name: 'data' } });
    await say(201, 'POST /containers/create', create('a', { HostConfig: { Binds: ['data:/d'] } }));
    await say(409, 'DELETE /volumes/{name}', { in: { name: 'data' } });
    await say(204, 'DELETE /containers/{id}', a);
    await say(204, 'DELETE /volumes/{name}', { in: { name: 'data' } });
    await say(201, 'POST /volumes/create', { body: {} });
    await say(200, 'POST /volumes/prune');
  });

  it('events', async () => {
    const { SystemTime } = (await say(200, 'GET /info')) as { SystemTime: string };
    const until = String(Date.parse(SystemTime) / 1000);
    const events = (await say(200, 'GET /events', { query: { since: '0', until } })) as unknown[];
    expect(events.length).toBeGreaterThan(20);
    for (const event of events) expect.soft(mistakesOf('EventMessage', event)).toEqual([]);
  });

  it('has every operation, but for those that are named here', async () => {
    if ('reason' in specification) throw new Error(specification.reason);
    const missing: string[] = [];
    for (const operation of specification.operations) {
      const [method = '', path = ''] = operation.split(' ');
      const asked = await ask(bottle.host, method, path, { ...nope, query: { until: '1' } });
      if (asked.status === 404 && asked.bytes.includes('page not found')) missing.push(operation);
    }
    expect(missing.toSorted()).toEqual(ABSENT);
  });
});
