// Sockets of every family, every function once for real, and their failures.
const { check, throws, rejects, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const base = `/tmp/bottle-sockets-test-${sys.pid()}`;
const text = (buffer) => sys.decode(buffer);
sys.mkdir(base, 0o755);

run('sockets', {
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

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
