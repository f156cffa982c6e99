// What goes into __sys and comes out of it: errors, text, bytes and records.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const base = `/tmp/bottle-values-test-${sys.pid()}`;

run('values', {
  'errors have one shape'() {
    const error = throws(
      'open',
      () => sys.open(`${base}/none`, 0),
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
});
