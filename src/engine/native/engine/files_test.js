// Files, trees, mounts and changes, every function once for real, and their failures. As root.
const { check, throws, rejects, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const base = `/tmp/bottle-files-test-${sys.pid()}`;
const O = { RDONLY: 0, WRONLY: 1, CREAT: 0o100 };
const text = (buffer) => sys.decode(buffer);

run('files', {
  files() {
    sys.mkdir(`${base}/a/b`, 0o755, true);
    sys.mkdir(`${base}/a/b/`, 0o755, true);
    check(
      'mkdir again',
      throws('mkdir', () => sys.mkdir(`${base}/a`, 0o755), /mkdir .*file exists/).code,
      'EEXIST',
    );
    sys.writeFile(`${base}/a/f`, 'hé\uD800llo', 0o640);
    check('text', sys.readText(`${base}/a/f`), 'hé\uFFFDllo');
    check(
      'mkdir over a file',
      throws('mkdir', () => sys.mkdir(`${base}/a/f/g`, 0o755, true), /not a directory/).code,
      'ENOTDIR',
    );
    sys.writeFile(`${base}/a/raw`, new Uint8Array([0xff, 0x41, 0xe2, 0x82]));
    check('malformed text', sys.readText(`${base}/a/raw`), '\uFFFDA\uFFFD');
    sys.writeAtomic(`${base}/a/atomic`, sys.encode('one'));
    sys.writeAtomic(`${base}/a/atomic`, 'two', 0o600);
    const st = sys.stat(`${base}/a/atomic`);
    check(
      'atomic',
      [sys.readText(`${base}/a/atomic`), st.type, st.mode, st.size, st.nlink, st.uid],
      ['two', 'file', 0o600, 3, 1, sys.uid()],
    );
    check('mtime', Math.abs(st.mtime - Date.now()) < 60000, true);
    check(
      'nothing beside',
      sys
        .readdir(`${base}/a`)
        .map((e) => `${e.name}:${e.type}`)
        .sort(),
      ['atomic:file', 'b:dir', 'f:file', 'raw:file'],
    );
    check('nothing there', [sys.stat(`${base}/none`), sys.lstat(`${base}/a/f/g`)], [null, null]);
    sys.symlink('f', `${base}/a/l`);
    check(
      'links',
      [sys.readlink(`${base}/a/l`), sys.lstat(`${base}/a/l`).type, sys.stat(`${base}/a/l`).type],
      ['f', 'symlink', 'file'],
    );
    sys.link(`${base}/a/f`, `${base}/a/hard`);
    check('treeSize', sys.treeSize(base), 9 + 4 + 3);
    sys.rename(`${base}/a/hard`, `${base}/a/b/moved`);
    sys.chmod(`${base}/a/b/moved`, 0o4711);
    sys.lchown(`${base}/a/b/moved`, 12, 34);
    check('owner', [sys.stat(`${base}/a/f`).uid, sys.stat(`${base}/a/f`).gid], [12, 34]);
    const fd = sys.open(`${base}/a/f`, O.RDONLY);
    check(
      'pread',
      [
        text(sys.pread(fd, 2, 0)),
        sys.pread(fd, 100, 6).byteLength,
        sys.pread(fd, 5, 100).byteLength,
      ],
      ['h\uFFFD', 3, 0],
    );
    sys.close(fd);
    check(
      'of /proc',
      sys.readText('/proc/self/comm').length > 0 &&
        sys.readFile('/proc/self/cmdline').byteLength > 0,
      true,
    );
    check('empty', sys.readFile('/dev/null').byteLength, 0);
    check(
      'read a directory',
      throws('readText', () => sys.readText(base), /is a directory/).code,
      'EISDIR',
    );
    const { total, free } = sys.statfs(base);
    check('statfs', total > 0 && free >= 0 && free <= total, true);
    sys.unlink(`${base}/a/l`);
    check(
      'rmdir',
      throws('rmdir', () => sys.rmdir(`${base}/a`), /rmdir .*not empty/).code,
      'ENOTEMPTY',
    );
    check('unlink', throws('unlink', () => sys.unlink(`${base}/a/l`), /unlink/).code, 'ENOENT');
  },

  'openIn stays inside'() {
    sys.mkdir(`${base}/root/etc`, 0o755, true);
    sys.writeFile(`${base}/root/etc/inside`, 'inside');
    sys.symlink('/etc', `${base}/root/absolute`);
    sys.symlink('../../../../../../../..', `${base}/root/up`);
    const read = (path) => {
      const fd = sys.openIn(`${base}/root`, path, O.RDONLY);
      const content = text(sys.pread(fd, 100, 0));
      sys.close(fd);
      return content;
    };
    check(
      'by links',
      [read('absolute/inside'), read('/up/etc/inside'), read('../../etc/inside')],
      ['inside', 'inside', 'inside'],
    );
    check(
      'host file',
      throws(
        'openIn',
        () => sys.openIn(`${base}/root`, 'absolute/passwd', O.RDONLY),
        /openat2 absolute\/passwd/,
      ).code,
      'ENOENT',
    );
    const made = sys.openIn(`${base}/root`, '/up/new', O.WRONLY | O.CREAT, 0o600);
    sys.close(made);
    check('created inside', sys.stat(`${base}/root/new`).mode, 0o600);
    check(
      'no root',
      throws('openIn', () => sys.openIn(`${base}/none`, 'x', 0), /open .*none/).code,
      'ENOENT',
    );
  },

  'trees and mounts'() {
    sys.mkdir(`${base}/t/m/inner`, 0o755, true);
    sys.mkdir(`${base}/elsewhere`, 0o755);
    sys.writeFile(`${base}/elsewhere/keep`, 'keep');
    sys.symlink(`${base}/elsewhere`, `${base}/t/link`);
    sys.mount(`${base}/elsewhere`, `${base}/t/m`, '', 4096, '');
    check(
      'a mount is not crossed',
      throws('removeTree', () => sys.removeTree(`${base}/t`), /busy/).code,
      'EBUSY',
    );
    check(
      'nor when it is the tree',
      throws('removeTree', () => sys.removeTree(`${base}/t/m`), /busy/).code,
      'EBUSY',
    );
    check('nor counted', sys.treeSize(`${base}/t`), 0);
    check('kept', sys.readText(`${base}/elsewhere/keep`), 'keep');
    sys.umount(`${base}/t/m`, 0);
    check(
      'umount',
      throws('umount', () => sys.umount(`${base}/t/m`, 0), /umount2 .*invalid/).code,
      'EINVAL',
    );
    check(
      'mount',
      throws('mount', () => sys.mount('x', base, 'nosuchfs', 0, ''), /mount .*no such device/).code,
      'ENODEV',
    );
    sys.removeTree(`${base}/t`);
    sys.removeTree(`${base}/t`);
    sys.removeTree(`${base}/none/none`);
    check(
      'links are not followed',
      [sys.lstat(`${base}/t`), sys.readText(`${base}/elsewhere/keep`)],
      [null, 'keep'],
    );
  },

  async 'a descriptor that blocks'() {
    const plain = `${base}/plain`;
    const out = sys.open(plain, O.WRONLY | O.CREAT, 0o600);
    await sys.write(out, 'x'.repeat(100000));
    sys.close(out);
    const file = sys.open(plain, O.RDONLY);
    check(
      'a regular file',
      [
        (await sys.read(file, 70000)).byteLength,
        (await sys.read(file)).byteLength,
        (await sys.read(file)).byteLength,
      ],
      [70000, 30000, 0],
    );
    sys.close(file);
  },

  async changed() {
    const path = `${base}/watched`;
    sys.writeFile(path, 'a');
    let count = 0;
    const both = [sys.changed(path).then(() => count++), sys.changed(path).then(() => count++)];
    sys.setTimer(5, () => sys.writeFile(path, 'b'));
    await Promise.all(both);
    check('both', count, 2);
    const removed = sys.changed(path);
    sys.setTimer(5, () => sys.unlink(path));
    await removed;
    check(
      'none',
      (await rejects('changed', sys.changed(path), /inotify_add_watch .*no such file/)).code,
      'ENOENT',
    );
  },

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
