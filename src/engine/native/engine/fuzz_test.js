// Broken archives and messages, each broken in its own way, the same ones in every run: nothing may be made
// outside the root, and the sanitizers watch.
const { check, run } = (0, eval)(__sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')));
const { entry, pax, concat, end } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')),
);
const sys = __sys;
const base = `/tmp/bottle-fuzz-test-${sys.pid()}`;

let seed = 1;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % below;
};

const archive = concat([
  entry('./', { type: '5' }),
  entry('a/b', { data: 'x'.repeat(600) }),
  pax({ path: `p/${'n'.repeat(120)}`, mtime: '1.5', size: '3' }),
  entry('q', { data: 'abc', size: 0 }),
  entry('l', { type: '2', link: '../outside' }),
  entry('h', { type: '1', link: 'a/b' }),
  entry('././@LongLink', { type: 'L', data: `g/${'g'.repeat(120)}\0` }),
  entry('z'),
  entry('.wh.gone', {}),
  entry('d/.wh..wh..opq', {}),
  entry('n', { type: '3', major: 1, minor: 3 }),
  end,
]);

/** Changes some bytes of a block; half of the time its checksum is right again. */
function spoil(bytes) {
  const right = random(2) === 0;
  for (let times = 1 + random(4); times > 0; times--) {
    const block = random(bytes.length / 512) * 512;
    const odd = './0 1\0';
    bytes[block + random(512)] = random(3) ? random(256) : odd.charCodeAt(random(odd.length));
    if (!right) continue;
    const header = bytes.subarray(block, block + 512);
    header.fill(32, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(new Uint8Array(sys.encode(`${sum.toString(8).padStart(6, '0')}\0 `)), 148);
  }
}

const messages = [
  [
    'request',
    'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  ],
  [
    'request',
    'POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}raw',
  ],
  ['response', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789HTTP/1.1 404\r\n\r\nxx'],
];

run('fuzz', {
  archives() {
    sys.mkdir(`${base}/outside`, 0o755, true);
    sys.writeFile(`${base}/outside/secret`, 'secret');
    let taken = 0;
    const outside = () =>
      [sys.readdir(base), sys.readdir(`${base}/outside`)].map((names) => names.length);
    for (let round = 0; round < 600; round++) {
      if (round % 50 === 0) sys.removeTree(`${base}/root`);
      sys.mkdir(`${base}/root`, 0o755, true);
      const bytes = archive.slice();
      spoil(bytes);
      const step = 1 + random(3000);
      const extractor = sys.layerExtractor(`${base}/root`, { bytes: 100_000, devices: true });
      try {
        for (let at = 0; at < bytes.length; at += step)
          extractor.write(bytes.subarray(at, at + step));
        extractor.end();
        taken++;
      } catch (error) {
        // A sentence about an entry, or a system call's error
        if (!/^cannot unpack the layer: |^\w+ /.test(error.message)) throw error;
      }
      if (String(outside()) !== '2,1') throw new Error(`round ${round} made something outside`);
    }
    check('untouched', sys.readText(`${base}/outside/secret`), 'secret');
    check('some were whole enough', taken > 50 && taken < 500, true);
    sys.removeTree(base);
  },

  messages() {
    let taken = 0;
    for (let round = 0; round < 3000; round++) {
      const [kind, text] = messages[random(messages.length)];
      const bytes = new Uint8Array(sys.encode(text));
      const odd = '\r\n: ;,0aF';
      for (let times = random(5); times > 0; times--)
        bytes[random(bytes.length)] = random(2) ? random(256) : odd.charCodeAt(random(odd.length));
      const parser = sys.httpParser(kind);
      const step = 1 + random(40);
      try {
        let rest = null;
        for (let at = 0; at < bytes.length && rest === null; at += step)
          rest = parser.feed(bytes.subarray(at, at + step)).rest;
        parser.finish();
        taken++;
      } catch (error) {
        if (!/^malformed HTTP /.test(error.message)) throw error;
      }
      if (random(2)) parser.free();
    }
    check('some were whole enough', taken > 300 && taken < 2700, true);
  },
});
