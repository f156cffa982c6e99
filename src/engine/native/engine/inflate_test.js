// gzip: what others compressed, at every cut, and what is none.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const bytes = (text) => new Uint8Array(sys.fromBase64(text));

/** `echo hello world | gzip -9n` */
const HELLO = bytes('H4sIAAAAAAACA8tIzcnJVyjPL8pJ4QIALTsIrwwAAAA=');

function inflate(data, step = 1 << 20) {
  const inflater = sys.inflater();
  let text = '';
  for (let at = 0; at < data.length; at += step)
    text += sys.decode(inflater.write(data.subarray(at, at + step)));
  return text + sys.decode(inflater.end());
}

/** A member of stored blocks: gzip without compression. */
function stored(text) {
  const data = new Uint8Array(sys.encode(text));
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  crc = ~crc >>> 0;
  const word = (value) => [value & 255, (value >>> 8) & 255];
  const long = (value) => [...word(value & 0xffff), ...word(value >>> 16)];
  return new Uint8Array([
    ...[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 97, 0, 1],
    ...word(data.length),
    ...word(data.length ^ 0xffff),
    ...data,
    ...long(crc),
    ...long(data.length),
  ]);
}

run('inflate', {
  'a member of gzip, at every cut'() {
    for (const step of [1, 2, 3, 7, 1 << 20])
      check(`step ${step}`, inflate(HELLO, step), 'hello world\n');
  },
  'stored blocks, members one after the other, and padding'() {
    const one = stored('one ');
    const two = stored('two');
    const both = new Uint8Array(one.length + two.length + 10);
    both.set(one);
    both.set(two, one.length);
    check('both', inflate(both), 'one two');
    check('both, byte by byte', inflate(both, 1), 'one two');
  },
  'what is cut off, or none'() {
    for (let size = 1; size < HELLO.length; size++)
      throws(`cut at ${size}`, () => inflate(HELLO.subarray(0, size)), /gzip: /);
    throws('no gzip', () => inflate(bytes('bm8gZ3ppcCBhdCBhbGw=')), /it is not gzip/);
    throws('nothing', () => sys.inflater().end(), /it is not gzip/);
  },
  'what was changed on the way'() {
    for (let at = 0; at < HELLO.length; at++) {
      if (at >= 4 && at < 10) continue; // time and system
      const changed = HELLO.slice();
      changed[at] ^= 0x10;
      let text = null;
      try {
        text = inflate(changed);
      } catch (error) {
        check(`byte ${at}`, /gzip: /.test(error.message), true);
      }
      // A flag may say that a field follows which happens to fit; what comes out is what went in then.
      if (text !== null) check(`byte ${at}`, text, 'hello world\n');
    }
  },
});
