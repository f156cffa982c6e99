import { describe, expect, it } from 'vitest';
import { displayPorts } from './ports.ts';
import { align } from './table.ts';
import { ago, humanDuration, humanSize, bytesSize, instant, parseBytes } from './units.ts';
import { columns, ellipsis } from './width.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

describe('units', () => {
  it.each([
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [4_134_567, '4.13MB'],
    [999_600, '1e+03kB'],
    [12.3e9, '12.3GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(humanSize(bytes, 3)).toBe(text);
  });

  it('counts memory in powers of two', () => {
    expect(bytesSize(128 * 1024 * 1024)).toBe('128MiB');
    expect(bytesSize(121_012_224)).toBe('115.4MiB');
  });

  it.each([
    [300, 'Less than a second'],
    [SECOND, '1 second'],
    [59 * SECOND, '59 seconds'],
    [65 * SECOND, 'About a minute'],
    [10 * 60 * SECOND, '10 minutes'],
    [3600 * SECOND, 'About an hour'],
    [47 * 3600 * SECOND, '47 hours'],
    [3 * DAY, '3 days'],
    [20 * DAY, '2 weeks'],
    [90 * DAY, '3 months'],
    [900 * DAY, '2 years'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text);
  });

  it('reads times with any number of digits', () => {
    expect(instant('2026-01-01T00:00:00.123456789Z')).toBe(Date.UTC(2026, 0, 1, 0, 0, 0, 123));
    expect(instant('2026-01-01T09:00:00+09:00')).toBe(Date.UTC(2026, 0, 1));
    expect(ago('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 2))).toBe('2 minutes ago');
  });

  it.each([
    ['16m', 16 * 1024 ** 2],
    ['1.5G', 1.5 * 1024 ** 3],
    ['64 kib', 64 * 1024],
    ['5', 5],
    ['7b', 7],
  ])('%s is a size', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['lots', '-1', '', '5x', '1..2', 'm'])('"%s" is none', (text) => {
    expect(() => parseBytes(text)).toThrow(`invalid size: '${text}'`);
  });
});

describe('tables', () => {
  it('makes columns as wide as their widest cell, Korean counted as it is shown', () => {
    expect(align('NAME\tSTATE\tX\n컨테이너\tok\t1\na\tlonger than ten\t2\n')).toBe(
      [
        'NAME       STATE             X',
        '컨테이너   ok                1',
        'a          longer than ten   2',
        '',
      ].join('\n'),
    );
  });

  it('begins a column anew behind a line that has none', () => {
    expect(align('a much longer cell\tx\nno cell\nb\ty\n')).toBe(
      'a much longer cell   x\nno cell\nb         y\n',
    );
  });

  it('cuts text by columns', () => {
    expect(ellipsis('sleep 1000 and more', 12)).toBe('sleep 1000 …');
    expect(ellipsis('배에 실은 컨테이너', 8)).toBe('배에 실…');
    expect(ellipsis('short', 5)).toBe('short');
    expect(columns('배a')).toBe(3);
  });
});

describe('ports', () => {
  it('joins neighbours and keeps addresses apart', () => {
    const tcp = { Type: 'tcp', IP: '0.0.0.0' };
    expect(
      displayPorts([
        { ...tcp, PrivatePort: 81, PublicPort: 81 },
        { ...tcp, PrivatePort: 80, PublicPort: 80 },
        { ...tcp, PrivatePort: 443, PublicPort: 8443 },
        { Type: 'udp', PrivatePort: 53 },
      ]),
    ).toBe('53/udp, 0.0.0.0:80-81->80-81/tcp, 0.0.0.0:8443->443/tcp');
  });
});
