import { describe, expect, it } from 'vitest';
import { FakeSys } from '../fake.ts';

const text = (data: ArrayBuffer | Uint8Array): string => new FakeSys().decode(data);

describe('the fake', () => {
  it('hashes as FIPS 180-4 says', () => {
    const sys = new FakeSys();
    const sha = (message: string): string => {
      const hash = sys.sha256();
      hash.update(sys.encode(message));
      return hash.hex();
    };
    expect(sha('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha('a'.repeat(1_000))).toBe(
      '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3',
    );
  });

  it('encodes and decodes UTF-8, with U+FFFD for what is malformed', () => {
    const sys = new FakeSys();
    expect(sys.decode(sys.encode('é 병 🚢'))).toBe('é 병 🚢');
    expect(text(new Uint8Array([0x61, 0xff, 0x62, 0xe2, 0x82]))).toBe('a\ufffdb\ufffd');
  });

  it('encodes base64 both ways', () => {
    const sys = new FakeSys();
    for (const word of ['', 'a', 'ab', 'abc', 'abcd']) {
      expect(sys.decode(sys.fromBase64(sys.base64(sys.encode(word))))).toBe(word);
    }
    expect(sys.base64(sys.encode('ab'))).toBe('YWI=');
    expect(() => sys.fromBase64('a!')).toThrow('does not belong');
  });

  it('keeps files, and names the path in an error', () => {
    const sys = new FakeSys();
    sys.mkdir('/var/lib/x', 0o755, true);
    sys.writeFile('/var/lib/x/a', 'one');
    sys.symlink('x/a', '/var/lib/b');
    expect(sys.readText('/var/lib/b')).toBe('one');
    expect(sys.lstat('/var/lib/b')?.type).toBe('symlink');
    sys.rename('/var/lib/x', '/var/lib/y');
    expect(sys.stat('/var/lib/b')).toBeNull();
    expect(() => sys.readText('/var/lib/b')).toThrow('open /var/lib/b: no such file or directory');
    expect(sys.calls.at(-1)).toEqual(['rename', '/var/lib/x', '/var/lib/y']);
  });

  it('never leads out of a root, whatever the link says', () => {
    const sys = new FakeSys();
    sys.mkdir('/root', 0o755);
    sys.writeFile('/etc/secret', 'outside');
    sys.symlink('/etc/secret', '/root/link');
    expect(() => sys.openIn('/root', 'link', 0)).toThrow('no such file');
    expect(() => sys.openIn('/root', '../etc/secret', 0)).toThrow('no such file');
  });

  it('fails the call that a test names, once', () => {
    const sys = new FakeSys();
    sys.failNext('writeFile', 'ENOSPC', '/etc/a');
    sys.writeFile('/etc/b', '');
    expect(() => sys.writeFile('/etc/a', '')).toThrow('no space left on device');
    sys.writeFile('/etc/a', '');
  });

  it('connects the code under test with the test', async () => {
    const sys = new FakeSys();
    sys.sockets.serve('10.0.0.1:80', (peer) => {
      void peer.read().then((data) => {
        peer.write(data);
        peer.end();
      });
    });
    const fd = await sys.connectTcp('10.0.0.1', 80);
    await sys.write(fd, 'echo');
    expect(text(await sys.read(fd))).toBe('echo');
    expect((await sys.read(fd)).byteLength).toBe(0);
    sys.close(fd);
    await expect(sys.connectTcp('10.0.0.2', 80)).rejects.toThrow('connection refused');
    expect(sys.sockets.open).toBe(0);
  });

  it('parses HTTP in pieces of any size', () => {
    const message =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n' +
      'HTTP/1.1 204 No Content\r\n\r\n';
    for (const size of [1, 7, 1000]) {
      const sys = new FakeSys();
      const parser = sys.httpParser('response');
      const events = [];
      for (let at = 0; at < message.length; at += size) {
        events.push(...parser.feed(sys.encode(message.slice(at, at + size))).events);
      }
      const body = events.map((event) => (event.type === 'body' ? text(event.data) : '')).join('');
      expect(body).toBe('abcde');
      expect(events.filter(({ type }) => type === 'end')).toHaveLength(2);
    }
  });
});
