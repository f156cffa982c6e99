import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { parseBind, parseVolumesFrom } from './bind.ts';
import { mountCalls, type PreparedMount } from './calls.ts';
import { mountOf } from './checked.ts';
import { tmpfsMount } from './tmpfs.ts';

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
  return 'nothing is wrong with it';
}

describe('-v', () => {
  it('names a volume, a path, or nothing', () => {
    expect(parseBind('data:/srv/../data/', '')).toMatchObject({
      Type: 'volume',
      Name: 'data',
      Destination: '/data',
      RW: true,
      copy: true,
    });
    expect(parseBind('/home/./me:/me:ro,Z', '')).toMatchObject({
      Type: 'bind',
      Source: '/home/me',
      Mode: 'ro,Z',
      RW: false,
      Propagation: 'rprivate',
      make: true,
    });
    expect(parseBind('/data', '')).toMatchObject({ Type: 'volume', Name: '', anonymous: true });
    expect(parseBind('data:/data:nocopy', '').copy).toBe(false);
    expect(parseBind('/a:/b:rslave', '').Propagation).toBe('rslave');
  });

  it.each([
    ['', "invalid volume specification: ''"],
    [':/b', "invalid volume specification: ':/b'"],
    ['/a:', "invalid volume specification: '/a:'"],
    ['/a:ro', "invalid volume specification: '/a:ro'"],
    ['/a:/b:ro:z', "invalid volume specification: '/a:/b:ro:z'"],
    ['/a:/b:nonsense', 'invalid mode: nonsense'],
    ['/a:/b:ro,rw', 'invalid mode: ro,rw'],
    [
      '/a:b',
      `invalid volume specification: '/a:b': invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute`,
    ],
    [
      'a:/..',
      `invalid volume specification: 'a:/..': invalid mount config for type "volume": invalid specification: destination can't be '/'`,
    ],
    [
      '/a:/b:nocopy',
      `invalid volume specification: '/a:/b:nocopy': invalid mount config for type "bind": field VolumeOptions must not be specified`,
    ],
    [
      'a:/b:shared',
      `invalid volume specification: 'a:/b:shared': invalid mount config for type "volume": field BindOptions must not be specified`,
    ],
  ])('refuses %j', (spec, message) => {
    expect(refusal(() => parseBind(spec, ''))).toBe(message);
  });

  it('--volumes-from takes a mode', () => {
    expect(parseVolumesFrom('c:ro')).toEqual({ container: 'c', mode: 'ro' });
    expect(refusal(() => parseVolumesFrom('c:shared'))).toBe('invalid mode: shared');
    expect(refusal(() => parseVolumesFrom(':ro'))).toBe(
      'malformed volumes-from specification: :ro',
    );
  });
});

describe('--mount', () => {
  it.each([
    [{ Type: 'bind', Source: '', Target: '/b' }, 'field Source must not be empty'],
    [{ Type: 'bind', Source: '/a', Target: '' }, 'field Target must not be empty'],
    [
      { Type: 'bind', Source: 'a', Target: '/b' },
      "invalid mount path: 'a' mount path must be absolute",
    ],
    [{ Type: 'tmpfs', Source: '/a', Target: '/b' }, 'field Source must not be specified'],
    [{ Type: 'npipe', Source: '/a', Target: '/b' }, 'mount type unknown'],
    [
      { Type: 'volume', Source: '', Target: '/b', ReadOnly: true },
      'must not set ReadOnly mode when using anonymous volumes',
    ],
    [
      { Type: 'volume', Source: 'v', Target: '/b', VolumeOptions: { Subpath: 'a/../..' } },
      'subpath must be a relative path within the volume',
    ],
  ])('refuses %j', (mount, problem) => {
    expect(refusal(() => mountOf(mount))).toBe(
      `invalid mount config for type "${mount.Type}": ${problem}`,
    );
  });

  it('of a tmpfs: size and mode', () => {
    const mount = mountOf({
      Type: 'tmpfs',
      Source: '',
      Target: '/t',
      TmpfsOptions: { SizeBytes: 4096, Mode: 0o1770 },
    });
    expect(mount.options).toBe('mode=1770,size=4096');
  });
});

describe('the calls of mounts', () => {
  const prepared = (spec: string): PreparedMount => ({
    mount: parseBind(spec, ''),
    kind: 'dir',
  });

  it('go from the outside in, and follow the links of the image', () => {
    const calls = mountCalls([prepared('/x:/a/b/c'), prepared('/y:/a'), prepared('/z:/a/b')]);
    expect(calls.map((call) => 'target' in call && call.target)).toEqual(['/a', '/a/b', '/a/b/c']);
    expect(calls.every((call) => 'kind' in call && call.kind === 'follow-dir')).toBe(true);
  });

  it('take a second one to be read-only, for everything below too', () => {
    const [bind, remount] = mountCalls([prepared('/x:/a:ro')]);
    expect(bind).toMatchObject({ source: '/x', flags: 4096 | 16384 });
    expect(remount).toMatchObject({ source: '', flags: 4096 | 16384 | 32 | 1 });
  });

  it('of a tmpfs: options are flags or data, the last word holds', () => {
    expect(tmpfsMount('/t', 'exec,ro,size=1m,size=2m,mode=700')).toMatchObject({
      flags: 1 | 2 | 4,
      data: 'size=2m,mode=700',
    });
  });
});
