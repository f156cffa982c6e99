import { describe, expect, it } from 'vitest';
import {
  canonical,
  familiar,
  familiarName,
  parseReference,
  withDefaultTag,
  withTagOrDigest,
} from './reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('references', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox', 'busybox'],
    ['library/busybox', 'docker.io/library/busybox', 'busybox'],
    ['docker.io/busybox:1', 'docker.io/library/busybox:1', 'busybox:1'],
    ['index.docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
    ['team/app', 'docker.io/team/app', 'team/app'],
    ['docker.io/library/team/app', 'docker.io/library/team/app', 'library/team/app'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['registry.example/a/b/c', 'registry.example/a/b/c', 'registry.example/a/b/c'],
    ['Host/app', 'Host/app', 'Host/app'],
    ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
    [`busybox:1@${DIGEST}`, `docker.io/library/busybox:1@${DIGEST}`, `busybox:1@${DIGEST}`],
    ['a__b/c--d', 'docker.io/a__b/c--d', 'a__b/c--d'],
  ])('reads %s as %s', (text, full, short) => {
    const reference = parseReference(text);
    expect(canonical(reference)).toBe(full);
    expect(familiar(reference)).toBe(short);
  });

  it.each([
    ['', 'invalid reference format'],
    ['busybox:', 'invalid reference format'],
    [':tag', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['-a', 'invalid reference format'],
    ['a..b', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['busybox@sha256:abcd', 'invalid reference format'],
    [`busybox:${'t'.repeat(129)}`, 'invalid reference format'],
    ['Foo', 'invalid reference format: repository name (library/Foo) must be lowercase'],
    ['team/Foo:1', 'invalid reference format: repository name (team/Foo) must be lowercase'],
    [`busybox@sha256:${'ab'.repeat(20)}`, 'invalid checksum digest length'],
    [`busybox@md5:${'ab'.repeat(16)}`, 'unsupported digest algorithm'],
    [`busybox@constructor:${'ab'.repeat(16)}`, 'unsupported digest algorithm'],
    ['a/'.repeat(130) + 'a', 'repository name must not be more than 255 characters'],
    [
      'ab'.repeat(32),
      `invalid repository name (${'ab'.repeat(32)}), cannot specify 64-byte hexadecimal strings`,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ status: 400, message }));
  });

  it('defaults the tag only when nothing says which image', () => {
    expect(withDefaultTag(parseReference('a')).tag).toBe('latest');
    expect(withDefaultTag(parseReference('a:1')).tag).toBe('1');
    expect(withDefaultTag(parseReference(`a@${DIGEST}`)).tag).toBeNull();
  });

  it('takes a tag or a digest from a parameter', () => {
    const name = parseReference('busybox');
    expect(familiar(withTagOrDigest(name, '1.35'))).toBe('busybox:1.35');
    expect(familiar(withTagOrDigest(name, DIGEST))).toBe(`busybox@${DIGEST}`);
    expect(() => withTagOrDigest(name, '.x')).toThrow('invalid tag format');
    expect(() => withTagOrDigest(name, 'sha256:xyz')).toThrow('invalid checksum digest format');
  });

  it('shortens no name that would mean another repository', () => {
    expect(familiarName(parseReference('docker.io/library/a/b'))).toBe('library/a/b');
  });
});
