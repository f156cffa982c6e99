// The HTTP parser: every message at every cut, and what is not HTTP.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;

/** Feeds the text in pieces; body events that follow each other are joined. */
function parse(kind, text, step = 1 << 30, closes = false) {
  const parser = sys.httpParser(kind);
  const events = [];
  let rest = null;
  const add = (event) => {
    const last = events[events.length - 1];
    if (event.type !== 'body') events.push(event);
    else if (last?.type === 'body') last.data += sys.decode(event.data);
    else events.push({ type: 'body', data: sys.decode(event.data) });
  };
  const bytes = new Uint8Array(sys.encode(text));
  for (let at = 0; at < bytes.length; at += step) {
    if (rest !== null) {
      rest += sys.decode(bytes.slice(at, at + step));
      continue;
    }
    const result = parser.feed(bytes.subarray(at, at + step));
    result.events.forEach(add);
    if (result.rest !== null) rest = sys.decode(result.rest);
  }
  if (closes) parser.finish().forEach(add);
  parser.free();
  parser.free();
  throws('freed', () => parser.feed('x'), /freed/);
  return { events, rest };
}
const head = (fields) => ({
  type: 'head',
  method: '',
  url: '',
  status: 0,
  reason: '',
  minor: 1,
  headers: [],
  keepAlive: true,
  upgrade: false,
  ...fields,
});
const body = (data) => ({ type: 'body', data });
const end = { type: 'end' };
const request = (fields) => head({ method: 'GET', url: '/', ...fields });
const response = (fields) => head({ status: 200, reason: 'OK', ...fields });

const good = {
  'a request': [
    'request',
    'GET /v1.47/info?a=%20b HTTP/1.1\r\nHost: x\r\nX-Y:  a, b \t\r\n\r\n',
    [request({ url: '/v1.47/info?a=%20b', headers: ['host', 'x', 'x-y', 'a, b'] }), end],
  ],
  'two requests': [
    'request',
    'GET / HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\n\r\n',
    [request({}), end, request({ method: 'HEAD', url: '/b' }), end],
  ],
  'a body': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n',
    [
      request({ method: 'POST', headers: ['content-length', '5'] }),
      body('hello'),
      end,
      request({}),
      end,
    ],
  ],
  'no body': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    [request({ method: 'POST', headers: ['content-length', '0'] }), end],
  ],
  chunks: [
    'request',
    'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00001;x="y"\r\n \r\nB \r\nworld world\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    [
      request({ method: 'PUT', headers: ['transfer-encoding', 'chunked'] }),
      body('hello world world'),
      end,
      request({}),
      end,
    ],
  ],
  'old and closing': [
    'request',
    'GET / HTTP/1.0\r\n\r\n',
    [request({ minor: 0, keepAlive: false }), end],
  ],
  'old and kept': [
    'request',
    'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n',
    [request({ minor: 0, headers: ['connection', 'Keep-Alive'] }), end],
  ],
  closing: [
    'request',
    'GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n',
    [request({ keepAlive: false, headers: ['connection', 'foo, Close'] }), end],
  ],
  'typed by hand': [
    'request',
    '\r\n\nGET / HTTP/1.1\nHost: x\n\n',
    [request({ headers: ['host', 'x'] }), end],
  ],
  'an upgrade': [
    'request',
    'POST /attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw \0 bytes',
    [
      request({
        method: 'POST',
        url: '/attach',
        upgrade: true,
        headers: ['connection', 'Upgrade', 'upgrade', 'tcp'],
      }),
      end,
    ],
    'raw \0 bytes',
  ],
  'an upgrade with a body': [
    'request',
    'POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}raw',
    [
      request({
        method: 'POST',
        upgrade: true,
        headers: ['connection', 'Upgrade', 'upgrade', 'tcp', 'content-length', '2'],
      }),
      body('{}'),
      end,
    ],
    'raw',
  ],
  'HTTP/2 is not taken': [
    'request',
    'GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
    [request({ headers: ['connection', 'Upgrade, HTTP2-Settings', 'upgrade', 'h2c'] }), end],
  ],
  'an upgrade that is only named': [
    'request',
    'GET / HTTP/1.1\r\nUpgrade: tcp\r\n\r\n',
    [request({ headers: ['upgrade', 'tcp'] }), end],
  ],
  'a response': [
    'response',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    [response({ headers: ['content-length', '2'] }), body('hi'), end],
  ],
  'a response without a reason': [
    'response',
    'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n',
    [response({ status: 404, reason: '', headers: ['content-length', '0'] }), end],
  ],
  'nothing in it': [
    'response',
    'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    [
      response({ status: 204, reason: 'No Content' }),
      end,
      response({ status: 304, reason: 'Not Modified', headers: ['content-length', '9'] }),
      end,
    ],
  ],
  'to the end': [
    'response',
    'HTTP/1.1 200 OK\r\n\r\nall of it\r\n',
    [response({ keepAlive: false }), body('all of it\r\n'), end],
    null,
    true,
  ],
  'after an interim answer': [
    'response',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    [response({ headers: ['content-length', '0'] }), end],
  ],
  'an upgrade granted': [
    'response',
    'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw',
    [
      response({
        status: 101,
        reason: 'UPGRADED',
        upgrade: true,
        headers: ['connection', 'Upgrade', 'upgrade', 'tcp'],
      }),
      end,
    ],
    'raw',
  ],
};

const bad = {
  'not HTTP': ['request', '\x16\x03\x01\x02\x00\n\n', /no method|token/],
  'HTTP/2': ['request', 'PRI * HTTP/2.0\r\n\r\n', /version/],
  'no version': ['request', 'GET /\r\n\r\n', /target and version/],
  'a space in the target': ['request', 'GET /a b HTTP/1.1\r\n\r\n', /version/],
  'a control character in the target': ['request', 'GET /a\x01b HTTP/1.1\r\n\r\n', /control/],
  folded: ['request', 'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', /folded/],
  'no colon': ['request', 'GET / HTTP/1.1\r\nnonsense\r\n\r\n', /colon/],
  'a space before the colon': ['request', 'GET / HTTP/1.1\r\nA : b\r\n\r\n', /colon/],
  'a control character in a field': ['request', 'GET / HTTP/1.1\r\nA: b\rc\r\n\r\n', /control/],
  'two lengths': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    /Content-Length/,
  ],
  'a negative length': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    /Content-Length/,
  ],
  'a list of lengths': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n',
    /Content-Length/,
  ],
  'both ways': [
    'request',
    'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    /both/,
  ],
  'an unknown coding': [
    'request',
    'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
    /not chunked/,
  ],
  'chunked but not last': [
    'request',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n',
    /not chunked/,
  ],
  'a chunk without a size': [
    'request',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    /hexadecimal/,
  ],
  'an endless chunk': [
    'request',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1234567890abcdef1\r\n',
    /too large/,
  ],
  'a longer chunk': [
    'request',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
    /longer than its size/,
  ],
  'a head without end': ['request', 'GET / HTTP/1.1\r\nA: ' + 'x'.repeat(70000), /64 KiB/],
  'fields without end': ['request', 'GET / HTTP/1.1\r\n' + 'A: b\r\n'.repeat(200) + '\r\n', /128/],
  'no status': ['response', 'HTTP/1.1 OK\r\n\r\n', /status/],
  'another protocol': ['response', 'SSH-2.0-OpenSSH\r\n\r\n', /status line|version/],
};

run('http', {
  messages() {
    for (const [name, [kind, text, events, rest = null, closes = false]] of Object.entries(good))
      for (const step of [1, 2, 3, 7, 16, 1 << 30]) {
        // What comes after the upgrade is one piece only when the head was
        check(`${name}, by ${step}`, parse(kind, text, step, closes), { events, rest });
      }
  },
  refusals() {
    for (const [name, [kind, text, pattern]] of Object.entries(bad))
      for (const step of [1, 1 << 30])
        throws(`${name}, by ${step}`, () => parse(kind, text, step), pattern);
    const parser = sys.httpParser('request');
    throws('fails', () => parser.feed('?\n\n'), /malformed HTTP request/);
    throws('stays failed', () => parser.feed('GET / HTTP/1.1\r\n\r\n'), /malformed HTTP request/);
  },
  'cut off'() {
    const parser = sys.httpParser('response');
    parser.feed('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
    throws('in a body', () => parser.finish(), /closed in the middle/);
    check('between messages', sys.httpParser('response').finish(), []);
  },
});
