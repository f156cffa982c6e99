import { it } from 'vitest';
import { besideDocker } from './pair.ts';

besideDocker('lists', (pair) => {
  it.each([
    'ps',
    'ps -a',
    'ps -as --no-trunc',
    'ps -q',
    'ps -q --no-trunc',
    'ps -l',
    'ps -n 3 --filter name=a --filter status=running',
    'container ls --all',
    'images',
    'images --digests',
    'images -a --no-trunc',
    'images -q',
    'images busybox',
    'images --filter dangling=true',
    'image ls',
    'history busybox',
    'history --no-trunc -H=false busybox',
    'history -q busybox',
    'history --format {{.ID}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}|{{.CreatedSince}} busybox',
  ])('docker %s', (line) => pair.same(line.split(' ')));

  it.each([
    'json',
    '{{json .}}',
    '{{.ID}} {{.Label "a"}}',
    'table {{.ID}}\\t{{.Names}}\\t{{.Label "a"}}',
    'table {{.ID | upper}}\\t{{.Names}}',
    'table {{.State}}\\t{{.LocalVolumes}}\\t{{.Mounts}}\\t{{.Networks}}\\t{{.CreatedAt}}\\t{{.Labels}}',
    '{{.Size}} {{.Platform}} {{.Ports}}',
    '{{.Names}}: {{if eq .State "running"}}up{{else}}down{{end}}',
    '{{.Foo',
    '{{.Foo}}',
    '{{nofunc 1}}',
    '{{range .}}x',
    'table',
  ])('docker ps --format %s', (format) => pair.same(['ps', '--format', format]));

  it.each([
    'json',
    '{{.Repository}}:{{.Tag}} {{.Size}}',
    'table {{.ID}}\\t{{.Digest}}\\t{{.VirtualSize}}',
  ])('docker images --format %s', (format) => pair.same(['images', '--format', format]));
});
