// Unpacking layers: what they must not be able to do. As root, for owners and devices.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, pax, bytes, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const layers = (0, eval)(__sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-layer.js')));
const sys = __sys;
const base = `/tmp/bottle-layer-refusals-test-${sys.pid()}`;
const { extract } = layers(base);

run('layer refusals', {
  'nothing reaches outside'() {
    sys.mkdir(`${base}/outside`, 0o755, true);
    sys.writeFile(`${base}/outside/secret`, 'secret');
    const outside = () => [
      sys.readdir(`${base}/outside`).length,
      sys.readText(`${base}/outside/secret`),
    ];
    const refuse = (name, parts, pattern, options) => {
      throws(name, () => extract([...parts, end], options), pattern);
      check(name + ': untouched', outside(), [1, 'secret']);
    };
    refuse(
      'dots',
      [entry('../outside/secret', { data: 'x' })],
      /\.\.\/outside\/secret: its name leads out/,
    );
    refuse('dots inside', [entry('a/../../outside/secret', { data: 'x' })], /leads out/);
    refuse('absolute', [entry(`${base}/outside/secret`, { data: 'x' })], /absolute/);
    refuse(
      'parent is a link',
      [entry('l', { type: '2', link: '../outside' }), entry('l/secret', { data: 'x' })],
      /l\/secret: .*symbolic link/,
    );
    refuse(
      'a parent further up is a link',
      [entry('l', { type: '2', link: '../outside' }), entry('l/a/b', { data: 'x' })],
      /symbolic link/,
    );
    refuse(
      'the file is a link',
      [
        entry('f', { type: '2', link: '../outside/secret' }),
        entry('f', { data: 'x' }),
        entry('g/../..', {}),
      ],
      /leads out/,
    );
    refuse(
      'directory through a link',
      [entry('l', { type: '2', link: '../outside' }), entry('l/new/', { type: '5' })],
      /symbolic link/,
    );
    refuse(
      'whiteout through a link',
      [entry('l', { type: '2', link: '../outside' }), entry('l/.wh.secret', {})],
      /symbolic link/,
    );
    refuse(
      'hard link out by dots',
      [entry('h', { type: '1', link: '../outside/secret' })],
      /leads out/,
    );
    refuse(
      'hard link out by name',
      [entry('h', { type: '1', link: `${base}/outside/secret` })],
      /absolute/,
    );
    refuse(
      'hard link through a link',
      [entry('l', { type: '2', link: '../outside' }), entry('h', { type: '1', link: 'l/secret' })],
      /symbolic link/,
    );
    refuse(
      'hard link to itself',
      [entry('h', { data: 'h' }), entry('h', { type: '1', link: './h' })],
      /itself/,
    );
    refuse(
      'hard link to what is not there',
      [entry('h', { type: '1', link: 'nothing' })],
      /link h: no such file/,
    );
    refuse('a device', [entry('sda', { type: '4', major: 8, minor: 0 })], /sda: it is a device/, {
      limits: { bytes: 1, devices: false },
    });
    refuse(
      'a file without a name',
      [entry('./', { type: '5' }), entry('.', { data: 'x' })],
      /no name/,
    );
    const linked = extract([
      entry('f', { type: '2', link: '../outside/secret' }),
      entry('f', { data: 'mine' }),
      end,
    ]);
    check(
      'a link is replaced, not followed',
      [sys.readText(`${linked.directory}/f`), ...outside()],
      ['mine', 1, 'secret'],
    );
  },

  'limits and malformed archives'() {
    throws(
      'too large by its header',
      () =>
        extract([entry('big', { data: 'x'.repeat(101) }), end], {
          limits: { bytes: 100, devices: false },
        }),
      /big: .*larger/,
    );
    throws(
      'together too large',
      () =>
        extract([entry('a', { data: 'x'.repeat(60) }), entry('b', { data: 'x'.repeat(60) }), end], {
          limits: { bytes: 100, devices: false },
        }),
      /b: .*larger/,
    );
    check(
      'just fits',
      extract([entry('a', { data: 'x'.repeat(100) }), end], {
        limits: { bytes: 100, devices: false },
      }).size,
      100,
    );
    throws('not a tar', () => extract([bytes('x'.repeat(1024))]), /not a tar archive/);
    throws('nothing at all', () => extract([]), /ends in the middle/);
    throws(
      'cut in a header',
      () => extract([entry('a', { data: 'x' }).subarray(0, 300)]),
      /ends in the middle/,
    );
    throws(
      'cut in the data',
      () => extract([entry('a', { data: 'x'.repeat(600) }).subarray(0, 700)]),
      /a: the archive ends in the middle/,
    );
    throws(
      'garbage behind an entry',
      () => extract([entry('a', { data: 'x' }), bytes('y'.repeat(512))]),
      /a: what follows it/,
    );
    throws('pax only', () => extract([pax({ path: 'x' })]), /ends in the middle/);
    throws(
      'malformed pax',
      () => extract([entry('p', { type: 'x', data: '99 path=x\n' }), entry('a'), end]),
      /pax header is malformed/,
    );
    throws(
      'pax without an end',
      () => extract([entry('p', { type: 'x', data: '8 path=x' }), entry('a'), end]),
      /pax header is malformed/,
    );
    throws(
      'pax number',
      () => extract([pax({ size: '1e9' }), entry('a'), end]),
      /size in its pax header/,
    );
    throws('sparse', () => extract([pax({ 'GNU.sparse.major': '1' }), entry('a'), end]), /sparse/);
    throws('an old sparse file', () => extract([entry('a', { type: 'S' }), end]), /sparse/);
    throws('unknown type', () => extract([entry('a', { type: 'V' }), end]), /type/);
    throws(
      'an endless name',
      () => extract([entry('p', { type: 'L', size: 2 << 20 }), end]),
      /longer than 1 MiB/,
    );
    const spent = sys.layerExtractor(base, { bytes: 1, devices: false });
    throws('fails', () => spent.write(bytes('z'.repeat(512))), /not a tar archive/);
    throws('is spent', () => spent.write(end), /spent/);
    throws(
      'no such root',
      () => sys.layerExtractor(`${base}/nowhere`, { bytes: 1, devices: false }),
      /open .*nowhere: no such file/,
    );
    check(
      'data of a pax size',
      sys.readText(
        `${extract([pax({ size: '3' }), entry('a', { data: 'abc', size: 0 }), end]).directory}/a`,
      ),
      'abc',
    );
  },

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
