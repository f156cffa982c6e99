// Archives made again of their skeleton and what was unpacked of them. As root, for owners and devices.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, pax, bytes, concat, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const sys = __sys;
const O_PATH = 0x200000;
const base = `/tmp/bottle-skeleton-test-${sys.pid()}`;
const limits = { bytes: 1 << 24, devices: true };

let count = 0;
/** Unpacks the parts and makes the archive again; both as text, and the skeleton's size. */
function again(parts, { step = 1 << 30, read = 1 << 16 } = {}) {
  const directory = `${base}/${++count}`;
  sys.mkdir(`${directory}/diff`, 0o755, true);
  const skeleton = `${directory}/skeleton`;
  const whole = concat(parts);
  const extractor = sys.layerExtractor(`${directory}/diff`, { ...limits, skeleton });
  for (let at = 0; at < whole.length; at += step) extractor.write(whole.subarray(at, at + step));
  const { archive } = extractor.end();
  const size = sys.stat(skeleton).size;
  if (size === 0) return { size, archive, whole, made: null, directory };
  return { size, archive, whole, made: rebuild(directory, read), directory };
}
function rebuild(directory, read = 1 << 16) {
  const root = sys.open(`${directory}/diff`, O_PATH);
  const rebuilder = sys.tarRebuilder(root, `${directory}/skeleton`);
  sys.close(root);
  const pieces = [];
  for (;;) {
    const piece = new Uint8Array(rebuilder.read(read));
    pieces.push(piece);
    if (piece.length < read) break;
  }
  rebuilder.close();
  return concat(pieces);
}
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

const everything = [
  entry('./', { type: '5', mode: 0o750 }),
  entry('bin/', { type: '5', mode: 0o755, mtime: 77 }),
  entry('bin/tool', { data: 'x'.repeat(700), mode: 0o4755, uid: 3, gid: 4, mtime: 1234 }),
  entry('bin/block', { data: 'y'.repeat(1024) }),
  entry('bin/alias', { type: '1', link: 'bin/tool' }),
  entry('bin/sym', { type: '2', link: '/absolute/../target', uid: 5 }),
  entry('missing/parents/file', { data: 'deep' }),
  entry('dev/null', { type: '3', major: 1, minor: 3, mode: 0o666 }),
  entry('name', { prefix: 'a-prefix', data: 'p' }),
  pax({ path: 'päx/' + 'n'.repeat(200), mtime: '5.25', uid: '70000', comment: 'none' }),
  entry('short', { data: 'long' }),
  entry('././@LongLink', { type: 'L', data: 'gnu/' + 'g'.repeat(150) + '\0' }),
  entry('gnu', { data: 'gnu' }),
  entry('pax_global_header', { type: 'g', data: '14 comment=abc\n' }),
  entry('bin/.wh.gone'),
  entry('bin/.wh..wh..opq'),
  entry('empty'),
];

run('skeleton', {
  'every kind of entry, whatever the pieces'() {
    for (const step of [1, 511, 513, 1 << 30])
      for (const read of [1, 100, 512, 1 << 16]) {
        const { whole, made, archive } = again([...everything, end], { step, read });
        check(`pieces of ${step} and ${read}`, same(made, whole), true);
        check('length', archive, whole.length);
      }
  },
  'ends of all kinds'() {
    const rest = new Uint8Array(10_240).map((_, at) => (at > 9000 ? at & 255 : 0));
    for (const last of [[], [end.subarray(0, 512)], [end], [end, end, end], [end, rest]]) {
      const { whole, made } = again([...everything, ...last]);
      check(`${last.length} pieces behind`, same(made, whole), true);
    }
    // Go's writer when it is not closed: the last content is not filled up.
    const cut = concat([entry('a', { data: 'abc' })]).subarray(0, 515);
    check('not filled up', same(again([cut]).made, cut), true);
    check('of nothing', same(again([end]).made, end), true);
  },
  'much of it, and little kept'() {
    const files = Array.from({ length: 500 }, (_, at) =>
      entry(`usr/lib/python3.11/module${at}.py`, {
        data: 'z'.repeat(at * 3),
        mtime: 1700000000 + at,
      }),
    );
    const { whole, made, size } = again([...files, end]);
    check('same', same(made, whole), true);
    check('bytes an entry', size / 500 < 40, true);
  },
  'what cannot be made again'() {
    const lost = {
      'a file that replaces one': [entry('a', { data: 'one' }), entry('a', { data: 'two' })],
      'a file in the place of a directory': [entry('a/b', { data: 'one' }), entry('a')],
      'a whiteout with content': [entry('.wh.a', { data: 'content' })],
      'padding that says something': [
        concat([entry('a', { data: 'one' }).subarray(0, 515), bytes('secret'.padEnd(509, '\0'))]),
      ],
    };
    for (const [title, parts] of Object.entries(lost)) check(title, again([...parts, end]).size, 0);
    check(
      'a whiteout that is repeated',
      again([entry('.wh.a'), entry('.wh.a'), end]).size > 0,
      true,
    );
  },
  'a tree or a skeleton that was changed'() {
    const shorter = again([...everything, end]);
    sys.writeFile(`${shorter.directory}/diff/bin/tool`, 'short');
    throws('a shorter file', () => rebuild(shorter.directory), /bin\/tool: it is shorter/);
    const gone = again([...everything, end]);
    sys.unlink(`${gone.directory}/diff/bin/block`);
    throws('no file', () => rebuild(gone.directory), /bin\/block: no such file/);
    const linked = again([...everything, end]);
    sys.unlink(`${linked.directory}/diff/bin/block`);
    sys.symlink('/etc/passwd', `${linked.directory}/diff/bin/block`);
    throws('a link in its place', () => rebuild(linked.directory), /symbolic links|ELOOP/i);
    const damaged = again([...everything, end]);
    const kept = new Uint8Array(sys.readFile(`${damaged.directory}/skeleton`));
    for (let size = 0; size < kept.length; size += 7) {
      sys.writeFile(`${damaged.directory}/skeleton`, kept.slice(0, size).buffer);
      throws(`cut to ${size}`, () => rebuild(damaged.directory), /damaged/);
    }
    // Whatever the bytes: an error, or an archive of the length that it says, never more.
    for (let at = 8; at < kept.length; at += 3) {
      const changed = kept.slice();
      changed[at] ^= 1 + (at % 255);
      sys.writeFile(`${damaged.directory}/skeleton`, changed.buffer);
      let length = damaged.whole.length;
      try {
        length = rebuild(damaged.directory).length;
      } catch {
        // refused
      }
      check(`byte ${at} changed`, length, damaged.whole.length);
    }
    throws('no skeleton', () => sys.tarRebuilder(0, `${base}/none`), /no such file|none/i);
  },
  'afterwards nothing is left'() {
    sys.removeTree(base);
    check('removed', sys.stat(base), null);
  },
});
