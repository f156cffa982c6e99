// Unpacking layers as they come from a socket.
const { check, throws, rejects, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const { entry, bytes, concat, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const layers = (0, eval)(__sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-layer.js')));
const sys = __sys;
const base = `/tmp/bottle-layer-receive-test-${sys.pid()}`;
const { digest } = layers(base);

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

run('layer receive', {
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
    let count = 0;
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
