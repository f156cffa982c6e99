import { beforeEach, describe, expect, it } from 'vitest';
import { LAYER, Pusher } from '../push.fixture.ts';
import { codes } from '../refusal.fixture.ts';

let pusher: Pusher;

beforeEach(() => {
  pusher = new Pusher({ access: 'users' });
});

describe('users', () => {
  const login = (name: string, password: string): Promise<Response> =>
    pusher.ask('GET', '/token?service=registry', {
      headers: { Authorization: `Basic ${btoa(`${name}:${password}`)}` },
    });

  const tokenOf = async (name: string): Promise<string> => {
    const body: { token: string } = await (await login(name, 'secret')).json();
    return body.token;
  };

  const push = (name: string, token: string | null): Promise<Response> =>
    pusher.ask('POST', `/v2/${name}/blobs/uploads/`, {
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    });

  it('are told where to get a token', async () => {
    const response = await pusher.ask('GET', '/v2/');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="http://registry/token",service="registry"',
    );
  });

  it('push below their own name and nowhere else', async () => {
    const token = await tokenOf('alice');
    expect((await push('alice/app', token)).status).toBe(202);
    for (const name of ['bob/app', 'library/busybox', 'alice', 'alicex/app']) {
      expect(await codes(await push(name, token))).toEqual([403, ['DENIED']]);
    }
  });

  it('who are nobody pull, and push nothing', async () => {
    pusher.layout.add('library/base', ['latest'], LAYER);
    expect((await pusher.ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    const anonymous: { token: string } = await (await pusher.ask('GET', '/token')).json();
    for (const token of [null, anonymous.token, 'made up']) {
      expect((await push('alice/app', token)).status).toBe(401);
    }
    const again = await pusher.ask('GET', '/v2/', {
      headers: { Authorization: `Bearer ${anonymous.token}` },
    });
    expect(again.status).toBe(200);
  });

  it('keep their password', async () => {
    expect((await login('alice', 'secret')).status).toBe(200);
    expect(await codes(await login('alice', 'guess'))).toEqual([401, ['UNAUTHORIZED']]);
    expect((await login('alice', 'secret')).status).toBe(200);
  });

  it.each(['library', 'Alice', 'a/b', ''])('cannot be called "%s"', async (name) => {
    expect((await login(name, 'x')).status).toBe(401);
  });
});
