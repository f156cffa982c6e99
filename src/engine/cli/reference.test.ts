import { describe, expect, it } from 'vitest';
import { parseReference, splitReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('references', () => {
  it.each([
    ['busybox', 'busybox:latest', 'docker.io/library/busybox'],
    ['busybox:1.36', 'busybox:1.36', 'docker.io/library/busybox'],
    ['me/app', 'me/app:latest', 'docker.io/me/app'],
    ['docker.io/library/busybox', 'busybox:latest', 'docker.io/library/busybox'],
    ['index.docker.io/me/app', 'me/app:latest', 'docker.io/me/app'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app'],
    ['registry:5000/a/b:c', 'registry:5000/a/b:c', 'registry:5000/a/b'],
    [`busybox@${digest}`, `busybox@${digest}`, 'docker.io/library/busybox'],
    [`busybox:1@${digest}`, `busybox:1@${digest}`, 'docker.io/library/busybox'],
  ])('%s is %s', (name, familiar, full) => {
    expect(parseReference(name)).toMatchObject({ familiar, full });
  });

  it('takes 64 hexadecimal digits for an id', () => {
    expect(parseReference('a'.repeat(64))).toBeNull();
  });

  it.each(['', 'a b', 'a::b', 'a:', '/a', 'a//b', 'a@sha256:12', 'a:b:c/d:e', '-a', 'a/.b'])(
    '"%s" is no reference',
    (name) => {
      expect(() => parseReference(name)).toThrow('invalid reference format');
    },
  );

  it('says what is wrong with capitals', () => {
    expect(() => parseReference('BusyBox')).toThrow(
      'invalid reference format: repository name (library/BusyBox) must be lowercase',
    );
  });

  it('does not take the port of a registry for a tag', () => {
    expect(splitReference('reg:5000/a')).toEqual({ repository: 'reg:5000/a', tag: '', digest: '' });
  });
});
