// Unpacking layers: what tar can say. As root, for owners and devices.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, pax, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const layers = (0, eval)(__sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-layer.js')));
const sys = __sys;
const base = `/tmp/bottle-layer-test-${sys.pid()}`;
const { extract, digest } = layers(base);

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

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
