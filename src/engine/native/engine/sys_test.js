// Every function of __sys once for real, and its failures.
const { check, throws, rejects, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const base = `/tmp/bottle-sys-test-${sys.pid()}`;
const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  DIRECTORY: 0o200000,
};
const text = (buffer) => sys.decode(buffer);

run('sys', {
  'errors have one shape'() {
    const error = throws(
      'open',
      () => sys.open(`${base}/none`, O.RDONLY),
      /^open \/tmp\/.*none: no such file or directory$/,
    );
    check(
      'fields',
      [error.code, error.errno, error.syscall, error.path, error instanceof Error],
      ['ENOENT', 2, 'open', `${base}/none`, true],
    );
    check('quiet fields', Object.keys(error), []);
    check(
      'close',
      throws('close', () => sys.close(9999), /^close: bad file descriptor$/).code,
      'EBADF',
    );
    throws('no path', () => sys.readText(7), /path was expected/);
    throws('NUL in a path', () => sys.readText('/etc\0/passwd'), /NUL/);
    throws('no number', () => sys.close('x'), /number was expected/);
    throws('no bytes', () => sys.base64(7), /bytes were expected/);
  },

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

  async 'unix sockets'() {
    const path = `${base}/socket`;
    sys.writeFile(`${base}/plain`, '');
    check(
      'not over a file',
      (await throws('listenUnix', () => sys.listenUnix(`${base}/plain`, 0o600), /bind/)).code,
      'EADDRINUSE',
    );
    sys.close(sys.listenUnix(path, 0o600));
    const listener = sys.listenUnix(path, 0o660, 7);
    check(
      'mode',
      [sys.stat(path).type, sys.stat(path).mode, sys.stat(path).gid],
      ['socket', 0o660, 7],
    );
    const accepting = sys.accept(listener);
    const client = await sys.connectUnix(path);
    const peer = await accepting;
    check('peer', [peer.address, peer.uid, peer.pid], ['', sys.uid(), sys.pid()]);
    const reading = sys.read(peer.fd);
    await sys.write(client, 'first');
    check('a read that waited', text(await reading), 'first');
    const big = new Uint8Array(3 << 20).map((_, i) => i * 7);
    const writing = sys.write(client, big);
    let got = 0;
    let right = true;
    while (got < big.length) {
      const part = new Uint8Array(await sys.read(peer.fd, 200000));
      right &&=
        part.length > 0 &&
        part[0] === big[got] &&
        part[part.length - 1] === big[got + part.length - 1];
      got += part.length;
    }
    await writing;
    check('3 MiB', [got, right], [big.length, true]);
    await sys.write(client, new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
    check('a part of an array', [...new Uint8Array(await sys.read(peer.fd))], [2, 3]);
    const readable = sys.readable(peer.fd);
    sys.shutdownWrite(client);
    check('half closed', [await readable, (await sys.read(peer.fd)).byteLength], ['readable', 0]);
    await sys.write(peer.fd, 'still');
    check('the other half', text(await sys.read(client)), 'still');
    let gone = false;
    const hungUp = sys.hungUp(peer.fd).then(() => (gone = true));
    await sys.write(peer.fd, 'unread');
    check('not yet', gone, false);
    sys.close(client);
    await hungUp;
    check('hung up', await sys.readable(peer.fd), 'hangup');
    check(
      'EPIPE',
      (await rejects('write', sys.write(peer.fd, 'x'), /^write: broken pipe$/)).code,
      'EPIPE',
    );
    sys.close(peer.fd);
    const waiting = sys.accept(listener);
    sys.close(listener);
    check(
      'closed meanwhile',
      (await rejects('accept', waiting, /^close: operation cancell?ed$/)).code,
      'ECANCELED',
    );
    check(
      'refused',
      (await rejects('connect', sys.connectUnix(path), /^connect .*socket: connection refused$/))
        .code,
      'ECONNREFUSED',
    );
    check(
      'none',
      (await rejects('connect', sys.connectUnix(`${base}/none`), /no such file/)).code,
      'ENOENT',
    );
    check(
      'bad descriptor',
      (await rejects('read', sys.read(9999), /^read: bad file/)).code,
      'EBADF',
    );
  },

  async datagrams() {
    const port = 30_000 + (sys.pid() % 10_000);
    const server = sys.bindUdp('127.0.0.1', port);
    check(
      'in use',
      throws('bindUdp', () => sys.bindUdp('127.0.0.1', port), /bind 127.0.0.1: address/).code,
      'EADDRINUSE',
    );
    const client = sys.connectUdp('127.0.0.1', port);
    await sys.write(client, 'ask');
    const asked = await sys.receive(server);
    check('received', [text(asked.data), asked.address, asked.fds], ['ask', '127.0.0.1', []]);
    sys.sendTo(server, 'answer', asked.address, asked.port);
    check('answered', text(await sys.read(client)), 'answer');
    const waiting = sys.receive(server);
    sys.close(server);
    check('closed meanwhile', (await rejects('receive', waiting, /^close: /)).code, 'ECANCELED');
    await sys.write(client, 'is anybody there?');
    check(
      'nobody',
      (await rejects('read', sys.read(client), /connection refused$/)).code,
      'ECONNREFUSED',
    );
    sys.close(client);
    check(
      'no process',
      throws('bindUdp', () => sys.bindUdp('127.0.0.1', 0, 1 << 22), /socket/).code,
      'ENOENT',
    );
  },

  async netlink() {
    // RTM_GETLINK for `lo`: its number is 1 in every network namespace.
    const header = [40, 0, 0, 0, 18, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0];
    const request = Uint8Array.from([
      ...header,
      ...new Array(16).fill(0),
      7,
      0,
      3,
      0,
      108,
      111,
      0,
      0,
    ]);
    const answer = new DataView(sys.netlink(0, request));
    check(
      'link',
      [answer.getUint16(4, true), answer.getUint32(8, true), answer.getInt32(20, true)],
      [16, 7, 1],
    );
    request[36] = 120; // no such device
    const refused = new DataView(sys.netlink(0, request, sys.pid()));
    check('refused', [refused.getUint16(4, true), refused.getInt32(16, true)], [2, -19]);
  },

  async 'tcp sockets'() {
    const port = 20_000 + (sys.pid() % 10_000); // two runs at a time do not meet
    const listener = sys.listenTcp('127.0.0.1', port);
    check(
      'in use',
      throws(
        'listenTcp',
        () => sys.listenTcp('127.0.0.1', port),
        new RegExp(`bind 127.0.0.1:${port}: address`),
      ).code,
      'EADDRINUSE',
    );
    const client = await sys.connectTcp('127.0.0.1', port);
    const peer = await sys.accept(listener);
    check('peer', [peer.address, peer.uid], ['127.0.0.1', -1]);
    await sys.write(peer.fd, 'tcp');
    check('read', text(await sys.read(client)), 'tcp');
    [listener, client, peer.fd].forEach((fd) => sys.close(fd));
    check(
      'refused',
      (
        await rejects(
          'connect',
          sys.connectTcp('127.0.0.1', port),
          new RegExp(`connect 127.0.0.1:${port}: connection refused`),
        )
      ).code,
      'ECONNREFUSED',
    );
    check(
      'no address',
      (await throws('connect', () => sys.connectTcp('nowhere', 1), /inet_pton nowhere/)).code,
      'EINVAL',
    );
  },

  async 'a descriptor that blocks'() {
    const fifo = `${base}/plain`;
    const out = sys.open(fifo, O.WRONLY);
    await sys.write(out, 'x'.repeat(100000));
    sys.close(out);
    const file = sys.open(fifo, O.RDONLY);
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

  async 'timers and signals'() {
    const order = [];
    const cancelled = sys.setTimer(1, () => order.push('cancelled'));
    const before = sys.monotonic();
    await new Promise((resolve) => {
      sys.setTimer(30, () => resolve(order.push(30)));
      sys.setTimer(10, () => order.push(10));
      sys.setTimer(0, () => order.push(0));
      sys.clearTimer(cancelled);
      sys.clearTimer(12345);
    });
    check('order', [order, sys.monotonic() - before >= 30], [[0, 10, 30], true]);
    let signals = 0;
    await new Promise((resolve) => {
      sys.onSignal(10, () => (signals++, resolve()));
      sys.kill(sys.pid(), 10);
      sys.setTimer(5000, () => resolve()); // only when it never comes
    });
    check('signal', signals, 1);
    sys.onSignal(10, null);
    check(
      'SIGKILL',
      throws('onSignal', () => sys.onSignal(9, () => {}), /sigaction/).code,
      'EINVAL',
    );
    check(
      'kill',
      throws('kill', () => sys.kill(0x3fffffff, 0), /^kill: no such process$/).code,
      'ESRCH',
    );
    const pidfd = sys.pidfdOpen(sys.pid());
    sys.close(pidfd);
    check(
      'pidfd',
      throws('pidfdOpen', () => sys.pidfdOpen(0x3fffffff), /no such process/).code,
      'ESRCH',
    );
  },

  'what the kernel says'() {
    check(
      'time',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(sys.timestamp()) &&
        Math.abs(Date.parse(sys.timestamp()) - Date.now()) < 5000,
      true,
    );
    check(
      'random',
      [
        sys.random(32).byteLength,
        sys.random(0).byteLength,
        sys.base64(sys.random(16)) === sys.base64(sys.random(16)),
      ],
      [32, 0, false],
    );
    check('Math.random', Math.random() !== Math.random() && Math.random() < 1, true);
    check('uname', [sys.uname().sysname, Object.keys(sys.uname()).length], ['Linux', 5]);
    const info = sys.sysinfo();
    check('sysinfo', info.total > info.free && info.free > 0 && info.uptime > 0, true);
    check('isatty', [sys.isatty(9999)], [false]);
    check(
      'winsize',
      throws('winsize', () => sys.winsize(sys.open('/dev/null', 0)), /TIOCGWINSZ/).code,
      'ENOTTY',
    );
    throws('setRaw', () => sys.setRaw(9999), /tcgetattr/);
    throws('restoreTerminal', () => sys.restoreTerminal(0, 5), /invalid/);
  },

  bytes() {
    check(
      'encode',
      [...new Uint8Array(sys.encode('é😀\uDC00'))],
      [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd],
    );
    check(
      'decode',
      sys.decode(
        new Uint8Array([0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f, 0x41, 0xed, 0xa0, 0x80, 0xc0, 0x80]),
      ),
      '😀\uFFFDA\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD',
    );
    for (const plain of ['', 'a', 'ab', 'abc', 'any carnal pleas', '\0ÿ']) {
      const encoded = sys.base64(plain);
      check(
        `base64 ${plain}`,
        [
          sys.decode(sys.fromBase64(encoded)),
          sys.decode(sys.fromBase64(encoded.replace(/=/g, ''))),
        ],
        [plain, plain],
      );
    }
    check('both alphabets', [...new Uint8Array(sys.fromBase64('-_+/'))], [0xfb, 0xff, 0xbf]);
    for (const wrong of ['a', 'a===', 'ab=', 'a b=', 'ab==c', 'QQ=A', 'QR=='])
      throws(`base64 ${wrong}`, () => sys.fromBase64(wrong), /not base64/);
    const vectors = {
      '': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq:
        '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
      ['a'.repeat(1000000)]: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    };
    for (const [data, expected] of Object.entries(vectors))
      for (const step of [1 << 20, 63, 64, 65]) {
        if (data.length > 1000 && step < 100) continue;
        const hash = sys.sha256();
        for (let at = 0; at < data.length; at += step) hash.update(data.slice(at, at + step));
        check(`sha256 by ${step}`, hash.hex(), expected);
        throws('spent', () => hash.hex(), /spent/);
      }
  },

  packRecords() {
    const packed = new Uint8Array(
      sys.packRecords([['é', new Uint8Array([0, 1]).subarray(1)], [], ['']]),
    );
    check(
      'records',
      [...packed],
      [2, 0, 0, 0, 2, 0, 0, 0, 0xc3, 0xa9, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    );
    check('none', sys.packRecords([]).byteLength, 0);
    throws('no field', () => sys.packRecords([[7]]), /bytes were expected/);
  },

  // The runner names testing-shim.sh as the shim
  async 'the shim'() {
    sys.onSignal(10, () => {}); // must not be blocked in the shim
    const { pid, control } = sys.spawnShim();
    const [descriptors, ids, blocked, parent] = text(await sys.read(control))
      .trim()
      .split('; ');
    // 4 is the pipe through which the shell learns this, 10 (dash) or 255 (bash) its script
    check('descriptors', descriptors.trim().replace(/ (10|255)$/, ''), '0 1 2 3 4');
    check('a session of its own', ids, `${pid} ${pid}`);
    check('no signal blocked', Number(`0x${blocked}`), 0);
    check('nobody here is its parent', parent !== String(sys.pid()), true);
    const listener = sys.listenUnix(`${base}/socket`, 0o600);
    await sys.sendWithFds(control, sys.encode('word\n'), [listener]);
    sys.close(listener);
    check('answers', text(await sys.read(control)), 'got word\n');
    check('ends', (await sys.read(control)).byteLength, 0);
    sys.close(control);
    throws('too many', () => sys.sendWithFds(control, 'x', Array(17).fill(0)), /at most 16/);
    sys.onSignal(10, null);
  },

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
