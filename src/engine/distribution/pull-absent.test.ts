import { beforeEach, describe, expect, it } from 'vitest';
import { BUSYBOX, LAYERS, Puller } from './pull.fixture.ts';

let puller: Puller;

beforeEach(() => {
  puller = new Puller();
});

describe('pull of what is not there', () => {
  it.each([
    [
      'nosuch',
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ['busybox:nope', 'manifest for busybox:nope not found: manifest unknown: manifest unknown'],
    [
      'registry:80/x',
      'repository registry:80/x not found: name unknown: repository name not known to registry',
    ],
  ])('%s is a 404 in the words of Docker', async (text, message) => {
    await expect(puller.run(text)).rejects.toMatchObject({ status: 404, message });
    expect(puller.messages).toEqual([]);
    puller.expectNothingLeft();
  });

  const HUB = 'https://registry-1.docker.io/v2';

  it('in the mirror: Docker Hub is asked, where the page can', async () => {
    const ids = puller.registry.offer('library/rare', '1', LAYERS);
    for (const [path, reply] of [...puller.registry.replies]) {
      puller.registry.replies.delete(path);
      puller.registry.replies.set(path.replace('/v2', HUB), reply);
    }
    const image = await puller.run('rare:1');
    expect(image).toMatchObject({ id: ids.config, tags: ['rare:1'] });
    expect(puller.registry.asked.slice(0, 2)).toEqual([
      '/v2/library/rare/manifests/1',
      `${HUB}/library/rare/manifests/1`,
    ]);
    puller.expectNothingLeft();
  });

  it.each([
    ['it cannot be asked: name a relay', ' (it cannot be asked: name a relay)'],
    ['dial tcp: lookup registry-1.docker.io: no such host', ''],
  ])('in the mirror, and the page says "%s"', async (reason, more) => {
    puller.registry.replies.set(`${HUB}/library/nosuch/manifests/latest`, {
      status: 502,
      headers: { 'Bottle-Gateway': reason },
    });
    await expect(puller.run('nosuch')).rejects.toMatchObject({
      status: 404,
      message: `pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied${more}`,
    });
    puller.expectNothingLeft();
  });

  it('a mirror that lies is not passed over', async () => {
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, { body: 'no manifest' });
    puller.registry.replies.set(`${HUB}/library/busybox/manifests/latest`, { hang: true });
    await expect(puller.run('busybox')).rejects.toThrow('it is not JSON');
  });

  it('another platform', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    await expect(puller.run('busybox', undefined, 'linux/arm64')).rejects.toMatchObject({
      status: 404,
      message: 'no matching manifest for linux/arm64 in the manifest list entries',
    });
    await expect(puller.run('busybox', undefined, 'x y')).rejects.toMatchObject({ status: 400 });
  });

  it('an image of one platform, and the wrong one', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS, {
      architecture: 'amd64',
    });
    const only = puller.registry.replies.get(`${BUSYBOX}/manifests/${ids.manifest}`) ?? {};
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, only);
    await expect(puller.run('busybox')).rejects.toThrow(
      'its platform (linux/amd64) does not match',
    );
    puller.expectNothingLeft();
  });
});
