// Packing trees and unpacking plain files: what cp, export and commit stand on. As root, for owners and devices.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, concat, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const sys = __sys;
const base = `/tmp/bottle-archive-test-${sys.pid()}`;
const O_PATH = 0x200000;

let count = 0;
function fresh() {
  const directory = `${base}/${++count}`;
  sys.mkdir(directory, 0o755, true);
  return directory;
}
function withFd(path, work) {
  const fd = sys.open(path, O_PATH);
  try {
    return work(fd);
  } finally {
    sys.close(fd);
  }
}
function pack(root, path, options, step = 1 << 20) {
  return withFd(root, (fd) => {
    const tar = sys.tarWriter(fd, path, { name: null, overlay: false, system: false, ...options });
    const parts = [];
    for (;;) {
      const part = tar.read(step);
      if (part.byteLength === 0) break;
      parts.push(new Uint8Array(part));
    }
    const bytes = tar.bytes;
    tar.close();
    return { whole: concat(parts), bytes };
  });
}
function unpack(directory, data, options = {}, step = 1 << 20) {
  return withFd(directory, (fd) => {
    const extractor = sys.tarExtractor(fd, { below: null, keepKinds: false, ...options });
    for (let at = 0; at < data.length; at += step) extractor.write(data.subarray(at, at + step));
    return extractor.end();
  });
}
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function tree() {
  const d = fresh();
  sys.mkdir(`${d}/a/deep`, 0o750, true);
  sys.writeFile(`${d}/a/file`, 'x'.repeat(1300), 0o640);
  sys.lchown(`${d}/a/file`, 7, 8);
  sys.link(`${d}/a/file`, `${d}/a/second`);
  sys.symlink('/absolute/../target', `${d}/a/link`);
  sys.symlink('t'.repeat(180), `${d}/longlink`);
  sys.writeFile(`${d}/${'n'.repeat(200)}`, 'long', 0o600);
  sys.mkdir(`${d}/${'d'.repeat(90)}/${'e'.repeat(90)}`, 0o755, true);
  sys.writeFile(`${d}/${'d'.repeat(90)}/${'e'.repeat(90)}/split`, 's', 0o600);
  sys.writeFile(`${d}/empty`, '', 0o4755);
  return d;
}

run('archive', {
  'packed at any step, unpacked at any step, and the same again'() {
    const d = tree();
    const { whole, bytes } = pack(d, '/');
    check('bytes of files', bytes, 1300 + 4 + 1);
    check('blocks', whole.length % 512, 0);
    for (const step of [1, 511, 512, 513, 4096]) {
      check(`read by ${step}`, same(pack(d, '/', {}, step).whole, whole), true);
      const copy = fresh();
      unpack(copy, whole, {}, step);
      check(`written by ${step}`, same(pack(copy, '/').whole, whole), true);
    }
    const copy = fresh();
    unpack(copy, whole);
    const file = sys.lstat(`${copy}/a/file`);
    check('file', [file.mode, file.uid, file.gid, file.size, file.nlink], [0o640, 7, 8, 1300, 2]);
    check('setuid', sys.lstat(`${copy}/empty`).mode, 0o4755);
    check('links', sys.readlink(`${copy}/longlink`), 't'.repeat(180));
  },

  'a name of its own'() {
    const d = tree();
    const copy = fresh();
    unpack(copy, pack(d, 'a', { name: 'b' }).whole);
    check('directory', sys.stat(`${copy}/b/file`).size, 1300);
    unpack(copy, pack(d, 'a/file', { name: 'c' }).whole);
    check('file', sys.stat(`${copy}/c`).size, 1300);
    unpack(copy, pack(d, 'a/link', { name: 'l' }).whole);
    check('link', sys.readlink(`${copy}/l`), '/absolute/../target');
    unpack(copy, pack(d, 'a', { name: 'b' }).whole, { strip: true, prefix: 'renamed' });
    check('renamed', sys.stat(`${copy}/renamed/second`).nlink, 2);
  },

  'what overlayfs marks becomes whiteouts, and marks again'() {
    const layer = fresh();
    const extractor = sys.layerExtractor(layer, { bytes: 1 << 20, devices: true });
    const parts = [
      entry('d/', { type: '5' }),
      entry('d/.wh..wh..opq'),
      entry('d/new', { data: 'n' }),
      entry('.wh.gone'),
      end,
    ];
    extractor.write(concat(parts));
    extractor.end();
    const { whole } = pack(layer, '/', { overlay: true });
    const again = fresh();
    const second = sys.layerExtractor(again, { bytes: 1 << 20, devices: true });
    second.write(whole);
    const { digest } = second.end();
    check('marks', sys.lstat(`${again}/gone`).type, 'char');
    const hash = sys.sha256();
    hash.update(pack(again, '/', { overlay: true }).whole);
    check('the same digest', hash.hex(), digest);
  },

  'nothing leads out'() {
    const outside = fresh();
    sys.writeFile(`${outside}/secret`, 'safe', 0o600);
    const d = fresh();
    sys.symlink(outside, `${d}/out`);
    sys.symlink('..', `${d}/up`);
    const write = (name, more = {}) => concat([entry(name, { data: 'evil', ...more }), end]);
    throws('..', () => unpack(d, write('../secret')), /leads out/);
    throws('deep ..', () => unpack(d, write('a/../../secret')), /leads out/);
    throws('through a link', () => unpack(d, write('out/secret')), /not a directory/);
    throws(
      'hard link',
      () => unpack(d, write('h', { data: '', type: '1', link: '../secret' })),
      /leads out/,
    );
    // As if chrooted: the link leads to a place of that name inside, which is made.
    throws('in a root', () => unpack(d, write('out/secret'), { below: '/' }), /./);
    check(
      'up is the root itself',
      [unpack(d, write('up/inside'), { below: '/' }).entries, sys.readText(`${d}/inside`)],
      [1, 'evil'],
    );
    check('untouched', sys.readText(`${outside}/secret`), 'safe');
    check(
      'absolute is below',
      [unpack(d, write('/absolute')).entries, sys.readText(`${d}/absolute`)],
      [1, 'evil'],
    );
  },

  'kinds stay when asked, owners are whose they are to be'() {
    const d = fresh();
    sys.mkdir(`${d}/dir`, 0o755);
    sys.writeFile(`${d}/file`, '', 0o644);
    const keep = { keepKinds: true };
    throws(
      'dir',
      () => unpack(d, concat([entry('dir', { data: 'x' }), end]), keep),
      /cannot overwrite directory/,
    );
    throws(
      'file',
      () => unpack(d, concat([entry('file/', { type: '5' }), end]), keep),
      /cannot overwrite non-directory/,
    );
    unpack(d, concat([entry('own', { uid: 5, gid: 6 }), end]), { owner: [7, 8] });
    check('fixed', [sys.stat(`${d}/own`).uid, sys.stat(`${d}/own`).gid], [7, 8]);
    unpack(d, concat([entry('mine', { uid: 5, gid: 6 }), end]), { owner: null });
    check('unchanged', [sys.stat(`${d}/mine`).uid, sys.stat(`${d}/mine`).gid], [0, 0]);
  },

  'a packing that a checksum or a build context wants'() {
    const d = fresh();
    sys.mkdir(`${d}/keep/out`, 0o755, true);
    sys.mkdir(`${d}/out`, 0o755);
    sys.writeFile(`${d}/keep/a`, 'a', 0o640);
    sys.writeFile(`${d}/keep/out/b`, 'b', 0o644);
    sys.writeFile(`${d}/out/c`, 'c', 0o644);
    sys.lchown(`${d}/keep/a`, 5, 6);
    const options = { owner: [1, 2], skip: ['out', 'keep/out', 'nowhere'] };
    const copy = fresh();
    check('entries', unpack(copy, pack(d, '/', options).whole).entries, 2);
    const { uid, gid, mode } = sys.stat(`${copy}/keep/a`);
    check('owner', [uid, gid, mode], [1, 2, 0o640]);
    check('skipped', [sys.lstat(`${copy}/out`), sys.lstat(`${copy}/keep/out`)], [null, null]);
    const first = pack(d, '/keep/a', { name: 'a', timeless: true }).whole;
    const plain = pack(d, '/keep/a', { name: 'a' }).whole;
    sys.writeFile(`${d}/keep/b`, 'a', 0o640);
    sys.lchown(`${d}/keep/b`, 5, 6);
    check('times', same(first, pack(d, '/keep/b', { name: 'a', timeless: true }).whole), true);
    check('with them', same(first, plain), false);
    sys.chmod(`${d}/keep/b`, 0o600);
    check('mode', same(first, pack(d, '/keep/b', { name: 'a', timeless: true }).whole), false);
    throws('skip of another kind', () => pack(d, '/', { skip: 7 }), /./);
    throws('a NUL in a name', () => pack(d, '/', { skip: ['a\0b'] }), /./);
  },

  'modes that are asked for'() {
    const d = fresh();
    const parts = [entry('d/', { type: '5', mode: 0o700 }), entry('d/f', { mode: 0o600 }), end];
    unpack(d, concat(parts), { mode: 0o4755 });
    check('all', [sys.stat(`${d}/d`).mode, sys.stat(`${d}/d/f`).mode], [0o4755, 0o4755]);
  },

  'an archive whose last block is not filled up'() {
    const d = fresh();
    check('short', unpack(d, entry('a', { data: 'abc' }).subarray(0, 515)).entries, 1);
    check('whole', sys.readText(`${d}/a`), 'abc');
  },

  'what is cut off leaves no piece of a file'() {
    const d = fresh();
    const whole = concat([entry('cut', { data: 'x'.repeat(3000) }), end]);
    throws('cut', () => unpack(d, whole.subarray(0, 1500)), /ends in the middle/);
    check('gone', sys.lstat(`${d}/cut`), null);
  },
});
sys.removeTree(base);
