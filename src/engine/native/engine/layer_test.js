// Unpacking layers: what tar can say, and what it must not be able to do. As root, for owners and devices.
const { check, throws, rejects, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, pax, bytes, concat, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const sys = __sys;
const base = `/tmp/bottle-layer-test-${sys.pid()}`;

let count = 0;
function extract(parts, { step = 1 << 30, limits = { bytes: 1 << 20, devices: true }, root } = {}) {
  const directory = root ?? `${base}/${++count}`;
  if (root === undefined) sys.mkdir(directory, 0o755, true);
  const whole = concat(parts);
  const extractor = sys.layerExtractor(directory, limits);
  for (let at = 0; at < whole.length; at += step) extractor.write(whole.subarray(at, at + step));
  return { directory, whole, ...extractor.end() };
}
const digest = (data) => {
  const hash = sys.sha256();
  hash.update(data);
  return hash.hex();
};

/** Two ends of a connection: what one writes, the other reads. */
async function connection() {
  const path = `${base}/connection`;
  sys.mkdir(base, 0o755, true);
  const listener = sys.listenUnix(path, 0o600);
  const accepting = sys.accept(listener);
  const near = await sys.connectUnix(path);
  const far = (await accepting).fd;
  sys.close(listener);
  sys.unlink(path);
  return { near, far };
}

run('layer', {
  'every kind of entry, at every cut'() {
    const parts = [
      entry('./', { type: '5', mode: 0o750 }),
      entry('bin/', { type: '5', mode: 0o755, mtime: 77 }),
      entry('bin/tool', { data: 'x'.repeat(700), mode: 0o4755, uid: 3, gid: 4, mtime: 1234 }),
      entry('bin/alias', { type: '1', link: 'bin/tool' }),
      entry('bin/sym', { type: '2', link: '/absolute/../target', uid: 5 }),
      entry('missing/parents/file', { data: 'deep' }),
      entry('dev/null', { type: '3', major: 1, minor: 3, mode: 0o666 }),
      entry('pipe', { type: '6', mode: 0o600 }),
      entry('name', { prefix: 'a-prefix', data: 'p' }),
      pax({
        path: 'päx/' + 'n'.repeat(200),
        mtime: '5.25',
        uid: '70000',
        'SCHILY.xattr.security.selinux': 'no',
      }),
      entry('short', { data: 'long' }),
      entry('././@LongLink', { type: 'L', data: 'gnu/' + 'g'.repeat(150) + '\0' }),
      entry('gnu', { data: 'gnu' }),
      entry('pax_global_header', { type: 'g', data: '14 comment=abc\n' }),
      entry('empty'),
      end,
    ];
    for (const step of [1, 7, 511, 512, 513, 4096, 1 << 30]) {
      const { directory: d, whole, digest: hex, size, entries } = extract(parts, { step });
      const name = `step ${step}: `;
      check(name + 'digest', hex, digest(whole));
      check(name + 'sizes', [size, entries], [700 + 4 + 1 + 4 + 3, 12]);
      const tool = sys.lstat(`${d}/bin/tool`);
      check(
        name + 'file',
        [tool.type, tool.mode, tool.uid, tool.gid, tool.size, tool.mtime, tool.nlink],
        ['file', 0o4755, 3, 4, 700, 1234000, 2],
      );
      check(name + 'directory', [sys.lstat(`${d}/bin`).mtime, sys.lstat(d).mode], [77000, 0o750]);
      check(
        name + 'symbolic link',
        [sys.readlink(`${d}/bin/sym`), sys.lstat(`${d}/bin/sym`).uid],
        ['/absolute/../target', 5],
      );
      check(
        name + 'parents',
        [sys.readText(`${d}/missing/parents/file`), sys.lstat(`${d}/missing`).mode],
        ['deep', 0o755],
      );
      const device = sys.lstat(`${d}/dev/null`);
      check(name + 'device', [device.type, device.rdev, device.mode], ['char', 259, 0o666]);
      check(name + 'pipe', sys.lstat(`${d}/pipe`).type, 'fifo');
      check(name + 'prefix', sys.readText(`${d}/a-prefix/name`), 'p');
      const long = sys.lstat(`${d}/päx/${'n'.repeat(200)}`);
      check(name + 'pax', [long.size, long.mtime, long.uid], [4, 5250, 70000]);
      check(name + 'GNU', sys.readText(`${d}/gnu/${'g'.repeat(150)}`), 'gnu');
      check(name + 'empty', sys.lstat(`${d}/empty`).size, 0);
    }
  },

  'later entries replace earlier ones'() {
    const { directory: d } = extract([
      entry('a', { data: 'one' }),
      entry('a', { data: 'two' }),
      entry('d/', { type: '5' }),
      entry('d/x', { data: 'x' }),
      entry('d', { type: '2', link: 'a' }),
      entry('s', { type: '2', link: 'a' }),
      entry('s/', { type: '5', mode: 0o711 }),
      entry('s/in', { data: 'in' }),
      entry('h', { data: 'h' }),
      entry('h', { type: '1', link: 'a' }),
      end,
    ]);
    check('file', sys.readText(`${d}/a`), 'two');
    check('tree by link', sys.lstat(`${d}/d`).type, 'symlink');
    check(
      'link by directory',
      [sys.lstat(`${d}/s`).type, sys.readText(`${d}/s/in`)],
      ['dir', 'in'],
    );
    check('file by hard link', sys.readText(`${d}/h`), 'two');
  },

  whiteouts() {
    const { directory: d } = extract([
      entry('etc/.wh.gone', {}),
      entry('.wh..wh.plnk', { type: '5' }),
      entry('all/', { type: '5' }),
      entry('all/.wh..wh..opq', {}),
      entry('.wh.back', {}),
      entry('back/', { type: '5' }),
      entry('own', { data: 'own' }),
      entry('.wh.own', {}),
      entry('.wh.file', {}),
      entry('file', { data: 'file' }),
      end,
    ]);
    const gone = sys.lstat(`${d}/etc/gone`);
    check('a whiteout is the device 0/0', [gone.type, gone.rdev], ['char', 0]);
    check('left of aufs', sys.lstat(`${d}/.wh..wh.plnk`), null);
    check('no opaque marker as a file', sys.readdir(`${d}/all`), []);
    check('directory after its whiteout', sys.lstat(`${d}/back`).type, 'dir');
    check('own file stays', sys.readText(`${d}/own`), 'own');
    check('file after its whiteout', sys.readText(`${d}/file`), 'file');
    throws('whiteout of ..', () => extract([entry('.wh...', {}), end]), /whiteout of nothing/);
    throws('whiteout of nothing', () => extract([entry('a/.wh.', {}), end]), /whiteout of nothing/);
  },

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

  async 'from a socket'() {
    const data = 'x'.repeat(700_000);
    const whole = concat([
      entry('big', { data }),
      entry('dir/', { type: '5' }),
      entry('dir/s', { data: 's' }),
      end,
    ]);
    const { near, far } = await connection();
    const directory = `${base}/received`;
    sys.mkdir(directory, 0o755, true);
    const extractor = sys.layerExtractor(directory, { bytes: 1 << 20, devices: false });
    extractor.write(whole.subarray(0, 100));
    const first = extractor.receive(near, 1000); // waits: nothing is there
    const writing = sys.write(far, concat([whole.subarray(100), bytes('the next answer')]));
    check('no more than asked for', await first, 1000);
    let at = 1100;
    while (at < whole.length) at += await extractor.receive(near, whole.length - at);
    await writing;
    check('all of it', at, whole.length);
    check('what follows is left', sys.decode(await sys.read(near)), 'the next answer');
    const { digest: hex, size, entries } = extractor.end();
    check('digest', hex, digest(whole));
    check('sizes', [size, entries], [data.length + 1, 3]);
    check('file', sys.readText(`${directory}/big`) === data, true);
    [near, far].forEach((fd) => sys.close(fd));
  },

  async 'from a socket that ends, breaks, closes or lies'() {
    const fresh = () => {
      const directory = `${base}/${++count}`;
      sys.mkdir(directory, 0o755, true);
      return sys.layerExtractor(directory, { bytes: 100, devices: false });
    };
    const { near, far } = await connection();
    const extractor = fresh();
    throws('nothing', () => extractor.receive(near, 0), /at least one byte/);
    throws('less than nothing', () => extractor.receive(near, -1), /receive|range|number/);
    const waiting = extractor.receive(near, 10);
    const after = sys.read(near);
    extractor.write(entry('a', { data: 'a' }));
    await sys.write(far, 'no archive');
    check('in between', await waiting, 10);
    check('and all that went in', extractor.taken(), 1034);
    await sys.write(far, 'x');
    check('the read behind it', sys.decode(await after), 'x');
    await sys.write(far, 'y'.repeat(5000));
    await rejects('a bad entry', extractor.receive(near, 5000), /^cannot unpack the layer: a: /);
    throws('spent', () => extractor.receive(near, 1), /spent/);
    await sys.write(far, 'still');
    check('the connection is not', sys.decode(await sys.read(near)), 'still');
    const large = fresh();
    await sys.write(far, entry('b', { data: 'b'.repeat(101) }));
    await rejects('too large', large.receive(near, 5000), /b: .*larger/);

    const ending = fresh();
    const begun = ending.receive(near, 600);
    throws('ended while it waits', () => ending.end(), /ends in the middle/);
    await sys.write(far, 'z');
    await rejects('then there is no layer', begun, /spent/);
    check('nor a byte taken', sys.decode(await sys.read(near)), 'z');

    const closing = fresh().receive(near, 600);
    sys.close(near);
    check(
      'closed meanwhile',
      (await rejects('receive', closing, /^close: operation cancell?ed$/)).code,
      'ECANCELED',
    );
    sys.close(far);
    check(
      'no descriptor',
      (await rejects('receive', fresh().receive(near, 1), /^read: /)).code,
      'EBADF',
    );

    const second = await connection();
    const cut = fresh();
    const last = cut.receive(second.near, 600);
    await sys.write(second.far, entry('c').subarray(0, 300));
    sys.close(second.far);
    let taken = await last;
    while (taken < 300) taken += await cut.receive(second.near, 600);
    check('then the end', [taken, await cut.receive(second.near, 600)], [300, 0]);
    throws('cut off', () => cut.end(), /ends in the middle/);
    sys.close(second.near);
  },

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
