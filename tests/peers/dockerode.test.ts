/** dockerode, which knows nothing of this project, against the headless machine. */
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ustar } from '../guest/tar.ts';
import { Bottle } from './docker/bottle.ts';

describe('dockerode', () => {
  let bottle: Bottle;
  let docker: Docker;

  const make = (name: string, Cmd: string[], options: Docker.ContainerCreateOptions = {}) =>
    docker.createContainer({ name, Image: 'busybox', Cmd, ...options });

  /** Both outputs of a multiplexed stream, to its end. */
  const outputs = async (stream: NodeJS.ReadableStream): Promise<[string, string]> => {
    const out = new PassThrough();
    const err = new PassThrough();
    docker.modem.demuxStream(stream, out, err);
    stream.on('end', () => {
      out.end();
      err.end();
    });
    return Promise.all([text(out), text(err)]);
  };

  /** Waits until a stream has said some words. */
  const until = (stream: NodeJS.ReadableStream, words: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let said = '';
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes(words)) resolve(said);
      });
      stream.on('end', () => reject(new Error(`ended without "${words}": ${said}`)));
    });

  beforeAll(async () => {
    bottle = await Bottle.start();
    const { hostname, port } = new URL(bottle.host);
    docker = new Docker({ host: hostname, port, protocol: 'http' });
    const pulling = await docker.pull('busybox');
    const progress = await new Promise<unknown[]>((resolve, reject) =>
      docker.modem.followProgress(pulling, (error, lines: unknown[]) =>
        error ? reject(error) : resolve(lines),
      ),
    );
    expect(progress.at(-1)).toEqual({
      status: 'Status: Downloaded newer image for busybox:latest',
    });
  });
  afterEach(async () => {
    const left = await docker.listContainers({ all: true });
    for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
    expect(left).toEqual([]);
  });
  afterAll(async () => {
    expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  it('asks what is there', async () => {
    expect(String(await docker.ping())).toBe('OK');
    expect(await docker.version()).toMatchObject({ ApiVersion: '1.47', Os: 'linux' });
    expect(await docker.info()).toMatchObject({ Containers: 0, Images: 1, OSType: 'linux' });
    const [image] = await docker.listImages();
    expect(image).toMatchObject({ RepoTags: ['busybox:latest'] });
    await expect(docker.getContainer('nope').inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: 'No such container: nope' },
    });
  });

  it('a life', async () => {
    const container = await make('a', ['sleep', '1000'], { Labels: { ship: 'bottle' } });
    await container.start();
    await expect(container.start()).rejects.toMatchObject({ statusCode: 304 });
    expect((await container.inspect()).State).toMatchObject({ Status: 'running', Running: true });
    await container.pause();
    expect((await container.inspect()).State.Status).toBe('paused');
    await container.unpause();
    await container.rename({ name: 'b' });
    const filters = { label: ['ship=bottle'] };
    expect(await docker.listContainers({ filters })).toMatchObject([{ Names: ['/b'] }]);
    await container.update({ PidsLimit: 50 });
    expect((await container.top()).Processes).toHaveLength(1);
    expect(await container.stats({ stream: false })).toMatchObject({ pids_stats: { current: 1 } });
    await container.restart({ t: 0 });
    const ended = container.wait();
    await container.kill();
    expect(await ended).toMatchObject({ StatusCode: 137 });
    await expect(container.kill()).rejects.toMatchObject({ statusCode: 409 });
    await container.remove();
    await expect(container.remove()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('run', async () => {
    const output = new PassThrough();
    const printed = text(output);
    const [{ StatusCode }, container] = (await docker.run(
      'busybox',
      ['sh', '-c', 'tty; exit 3'],
      output,
      { Tty: true },
    )) as [{ StatusCode: number }, Docker.Container];
    output.end();
    expect(StatusCode).toBe(3);
    expect(await printed).toBe('/dev/pts/0\r\n');
    await container.remove();
  });

  it('attach, with standard input', async () => {
    const container = await make('a', ['sh', '-c', 'cat; echo end >&2'], {
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true },
    });
    const stream = await container.attach({
      ...{ stream: true, hijack: true, stdin: true, stdout: true, stderr: true },
    });
    const printed = outputs(stream);
    await container.start();
    stream.write('one\n');
    stream.end('two\n');
    expect(await printed).toEqual(['one\ntwo\n', 'end\n']);
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    await container.remove();
  });

  it('exec with a terminal', async () => {
    const container = await make('a', ['sleep', '1000']);
    await container.start();
    const exec = await container.exec({
      ...{ Cmd: ['sh'], Env: ['PS1=> '], User: '33', WorkingDir: '/tmp' },
      ...{ Tty: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
    });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
    await until(stream, '> ');
    await exec.resize({ h: 30, w: 90 });
    const printed = until(stream, '/tmp\r\n');
    stream.write('stty size; id -u; pwd\n');
    expect(await printed).toContain('30 90\r\n33\r\n/tmp\r\n');
    const over = text(stream);
    stream.write('exit 5\n');
    await over;
    expect(await exec.inspect()).toMatchObject({ Running: false, ExitCode: 5 });
    const streams = await container.exec({
      ...{ Cmd: ['sh', '-c', 'echo out; echo err >&2'], AttachStdout: true, AttachStderr: true },
    });
    expect(await outputs(await streams.start({}))).toEqual(['out\n', 'err\n']);
    await container.remove({ force: true });
  });

  it('logs, as they come', async () => {
    const container = await make('a', ['sh', '-c', 'echo one; read x; echo $x >&2'], {
      OpenStdin: true,
    });
    await container.start();
    const logs = await container.logs({ follow: true, stdout: true, stderr: true });
    const printed = outputs(logs);
    await until(logs, 'one');
    const input = await container.attach({ stream: true, hijack: true, stdin: true });
    input.write('two\n');
    expect(await printed).toEqual(['one\n', 'two\n']);
    const past = await container.logs({ stdout: true, stderr: false, timestamps: true });
    expect(past.toString()).toMatch(/^.{8}\d{4}-\d\d-\d\dT[\d:.]+Z one\n$/s);
    await container.remove();
  });

  it('archives', async () => {
    const container = await make('a', ['cat', '/tmp/words']);
    const words = Buffer.from('in a bottle');
    await container.putArchive(Buffer.from(ustar({ words })), { path: '/tmp' });
    const stat = await container.infoArchive({ path: '/tmp/words' });
    expect(stat).toBeDefined();
    const archive = await container.getArchive({ path: '/tmp/words' });
    const bytes = Buffer.concat(await (archive as Readable).toArray());
    expect(bytes.subarray(0, 5).toString()).toBe('words');
    expect(bytes.subarray(512, 512 + words.length).toString()).toBe('in a bottle');
    await container.start();
    await container.wait();
    expect((await container.changes()) as unknown).toEqual([
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/words', Kind: 1 },
    ]);
    await expect(container.getArchive({ path: '/nope' })).rejects.toMatchObject({
      statusCode: 404,
    });
    const image = (await container.commit({ repo: 'made', comment: 'why' })) as { Id: string };
    expect((await docker.getImage('made').inspect()).Id).toBe(image.Id);
    await docker.getImage('made').remove();
    await container.remove();
  });

  it('events', async () => {
    const stream = await docker.getEvents({ since: 0, filters: { type: ['container'] } });
    const container = await make('eventful', ['true']);
    await container.start();
    await container.wait();
    await container.remove();
    const actions: string[] = [];
    for await (const line of createInterface({ input: stream })) {
      const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { ID: string } };
      if (Actor.ID === container.id) actions.push(Action);
      if (actions.at(-1) === 'destroy') break;
    }
    (stream as Readable).destroy();
    expect(actions).toEqual(['create', 'start', 'die', 'destroy']);
  });

  it('networks', async () => {
    const network = await docker.createNetwork({
      Name: 'harbour',
      Labels: { a: 'b' },
      IPAM: { Config: [{ Subnet: '10.5.0.0/24' }] },
    });
    const web = await make('web', ['sh', '-c', 'echo ship >/f; httpd -p 80 -h /; sleep 1000']);
    await web.start();
    await network.connect({ Container: 'web', EndpointConfig: { Aliases: ['www'] } });
    const seen = (await network.inspect()) as { Containers: Record<string, { Name: string }> };
    expect(Object.values(seen.Containers)).toMatchObject([{ Name: 'web' }]);
    const asks = await make('asks', ['ping', '-c', '1', 'www'], {
      HostConfig: { NetworkMode: 'harbour' },
    });
    await asks.start();
    expect(await asks.wait()).toMatchObject({ StatusCode: 0 });
    await expect(network.remove()).rejects.toMatchObject({ statusCode: 403 });
    await network.disconnect({ Container: 'web' });
    await asks.remove();
    await web.remove({ force: true });
    await network.remove();
    const names = (await docker.listNetworks()).map(({ Name }) => Name);
    expect(names.sort()).toEqual(['bridge', 'host', 'none']);
  });

  it('volumes', async () => {
    const volume = await docker.createVolume({ Name: 'data', Labels: { a: 'b' } });
    expect(volume.name).toBe('data');
    const HostConfig = { Binds: ['data:/data'] };
    const writes = await make('writes', ['sh', '-c', 'echo kept >/data/f'], { HostConfig });
    await writes.start();
    await writes.wait();
    await writes.remove();
    const reads = await make('reads', ['cat', '/data/f'], { HostConfig });
    const printed = outputs(await reads.attach({ stream: true, stdout: true, stderr: true }));
    await reads.start();
    expect(await printed).toEqual(['kept\n', '']);
    await expect(docker.getVolume('data').remove()).rejects.toMatchObject({ statusCode: 409 });
    await reads.remove();
    expect((await docker.listVolumes()).Volumes).toMatchObject([{ Name: 'data' }]);
    await docker.getVolume('data').remove();
  });
});
