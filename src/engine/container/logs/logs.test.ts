import { describe, expect, it } from 'vitest';
import { World } from '../../daemon/world.fixture.ts';
import { EngineError } from '../../errors.ts';
import { logPath, type Container } from '../container.ts';
import { checkLogConfig, logFiles } from './config.ts';
import { logs, type LogOptions } from './index.ts';
import { LogReader } from './reader.ts';

const record = (log: string, stream = 'stdout', second = 0): string =>
  `${JSON.stringify({ log: `${log}\n`, stream, time: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z` })}\n`;

const ALL: LogOptions = {
  ...{ stdout: true, stderr: true, timestamps: false, details: false, follow: false },
  ...{ tail: null, since: '', until: '' },
};

async function read(
  world: World,
  container: Container,
  options: Partial<LogOptions> = {},
): Promise<string> {
  let text = '';
  const pieces = logs(world.context, container, { ...ALL, ...options }, Promise.resolve());
  for await (const piece of pieces) text += world.sys.decode(piece);
  return text;
}

describe('reading a log', () => {
  const world = new World();
  const container = world.create({
    Tty: true,
    Labels: { com: '1', other: '2' },
    Env: ['A=b c'],
    HostConfig: { LogConfig: { Type: 'json-file', Config: { labels: 'com', env: 'A' } } },
  });
  const path = logPath(container.id);
  world.sys.writeFile(`${path}.2`, record('a', 'stdout', 1) + record('b', 'stderr', 2));
  world.sys.writeFile(`${path}.1`, record('c', 'stdout', 3) + record('d', 'stdout', 4));
  world.sys.writeFile(path, `${record('e', 'stdout', 5)}{"log":"half`);

  it.each([
    [{}, 'a b c d e'],
    [{ tail: 0 }, ''],
    [{ tail: 1 }, 'e'],
    [{ tail: 2 }, 'd e'],
    [{ tail: 3 }, 'c d e'],
    [{ tail: 4 }, 'b c d e'],
    [{ tail: 100 }, 'a b c d e'],
    [{ stderr: false }, 'a c d e'],
    [{ stdout: false }, 'b'],
    [{ since: '2026-01-01T00:00:03Z' }, 'c d e'],
    [{ until: '2026-01-01T00:00:03Z' }, 'a b c'],
    [{ tail: 4, until: '2026-01-01T00:00:03Z' }, 'b c'],
  ])('%j: %s', async (options, lines) => {
    expect((await read(world, container, options)).split('\n').join(' ').trim()).toBe(lines);
  });

  it('shows times and details before each line', async () => {
    expect(await read(world, container, { tail: 1, timestamps: true, details: true })).toBe(
      '2026-01-01T00:00:05.000000000Z A=b+c,com=1 e\n',
    );
  });

  it('frames lines of the same stream together', async () => {
    const plain = world.create({}, 'plain');
    world.sys.writeFile(
      logPath(plain.id),
      record('a') + record('b') + record('c', 'stderr') + record('d'),
    );
    expect(await read(world, plain)).toBe(
      '\x01\0\0\0\0\0\0\x04a\nb\n\x02\0\0\0\0\0\0\x02c\n\x01\0\0\0\0\0\0\x02d\n',
    );
  });
});

describe('a log that rotates while it is read', () => {
  const setUp = (): { world: World; path: string; reader: LogReader; next: () => string } => {
    const world = new World();
    const path = '/log';
    world.sys.writeFile(path, record('a'));
    const reader = new LogReader(world.sys, path);
    reader.toStart();
    const next = (): string => {
      let text = '';
      for (let entries = reader.read(); entries.length > 0; entries = reader.read()) {
        text += entries.map(({ log }) => log.trim()).join('');
      }
      return text;
    };
    return { world, path, reader, next };
  };
  const append = ({ sys }: World, path: string, text: string): void => {
    const fd = sys.open(path, 0);
    const { length } = new Uint8Array(sys.pread(fd, 1e6, 0));
    sys.close(fd);
    sys.writeFile(path, sys.readText(path).slice(0, length) + text);
  };

  it('loses no line of two rotations', () => {
    const { world, path, reader, next } = setUp();
    const { sys } = world;
    expect(next()).toBe('a');
    append(world, path, record('b'));
    sys.rename(path, `${path}.1`);
    sys.writeFile(path, record('c'));
    sys.rename(`${path}.1`, `${path}.2`);
    sys.rename(path, `${path}.1`);
    sys.writeFile(path, record('d'));
    expect(next()).toBe('bcd');
    expect(next()).toBe('');
    reader.close();
  });

  it('begins again when the only file was emptied', () => {
    const { world, path, reader, next } = setUp();
    expect(next()).toBe('a');
    world.sys.writeFile(path, '');
    expect(next()).toBe('');
    append(world, path, record('b'));
    expect(next()).toBe('b');
    reader.close();
  });
});

describe('options', () => {
  it.each([
    [{ Type: 'syslog', Config: {} }, "logger: no log driver named 'syslog' is registered"],
    [{ Type: 'json-file', Config: { foo: '1' } }, "unknown log opt 'foo' for json-file log driver"],
    [{ Type: 'json-file', Config: { 'max-size': 'x' } }, "invalid size: 'x'"],
    [{ Type: 'json-file', Config: { 'max-file': '0' } }, 'max-file cannot be less than 1'],
  ])('%j: %s', (config, sentence) => {
    expect(() => {
      checkLogConfig(config);
    }).toThrow(new EngineError(400, sentence));
  });

  it.each([
    ['json-file', {}, 10_000_000, 1],
    ['json-file', { 'max-size': '10k', 'max-file': '3' }, 10_000, 3],
    ['json-file', { 'max-size': '1.5MB' }, 1_500_000, 1],
    ['local', {}, 20_000_000, 5],
  ])('%s %j: %d bytes in %d files', (Type, Config, bytes, files) => {
    const world = new World();
    const container = world.create({ HostConfig: { LogConfig: { Type, Config } } });
    expect(logFiles(container)).toMatchObject({ logMaxBytes: bytes, logFiles: files });
  });

  it('none: nothing is written, and nothing can be read', async () => {
    const world = new World();
    const container = world.create({ HostConfig: { LogConfig: { Type: 'none' } } });
    expect(logFiles(container).log).toBe('');
    await expect(read(world, container)).rejects.toThrow(
      new EngineError(501, 'configured logging driver does not support reading'),
    );
  });
});
