import { expect, test } from 'vitest';
import { linkTo, offerIn } from './link.ts';

test('a link offers what it was made of', () => {
  const link = linkTo(
    new URL('https://site.example/a/?lang=ko#/lesson'),
    'redis:7',
    'docker run -it "a/b?c" & 한글',
  );
  expect(link).toMatch(/^https:\/\/site\.example\/a\/\?lang=ko#\/sandbox\?image=redis%3A7&run=/);
  expect(offerIn(new URL(link).hash)).toEqual({
    image: 'redis:7',
    command: 'docker run -it "a/b?c" & 한글',
  });
  expect(offerIn('#/sandbox?image=redis')).toEqual({ image: 'redis', command: null });
  expect(offerIn('#/sandbox?run=ls%20/')).toEqual({ image: null, command: 'ls /' });
});

test.each([
  ['nothing', '#/sandbox'],
  ['another place', '#/lesson/run?image=redis'],
  ['an image of no name', '#/sandbox?image=a%20b%3Crm'],
  ['more than a line', '#/sandbox?run=ls%0Arm'],
  ['what a terminal would obey', '#/sandbox?run=ls%1B%5B2J'],
  ['what reads otherwise than it is', '#/sandbox?run=ls%E2%80%AEmr'],
  ['a command without an end', `#/sandbox?run=${'x'.repeat(501)}`],
  ['an empty one', '#/sandbox?image=&run=%20'],
])('%s is no offer', (_what, hash) => {
  expect(offerIn(hash)).toBeNull();
});
