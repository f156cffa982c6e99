import { describe, expect, it } from 'vitest';
import { Template } from './index.ts';
import { json, sprintf } from './values.ts';

const dot = {
  Name: '/hello',
  State: { Status: 'running', Pid: 12, Health: null },
  Env: ['A=b', 'P=/bin'],
  Ports: { '80/tcp': [{ HostPort: '8080' }], '53/udp': null },
};
const text = (source: string): string => new Template(source).execute(dot);

describe('templates', () => {
  it.each([
    ['{{.Name}}', '/hello'],
    ['{{.State.Pid}} {{.Env}} {{.State.Health}}', '12 [A=b P=/bin] <nil>'],
    ['{{.State}}', 'map[Health:<nil> Pid:12 Status:running]'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* nothing */}}x{{- /* nothing */ -}} y', 'xy'],
    ['{{if eq .State.Status "exited" "running"}}R{{else}}-{{end}}', 'R'],
    ['{{if .State.Health}}1{{else if .Env}}2{{else}}3{{end}}', '2'],
    ['{{with .State.Health}}{{.}}{{else}}none{{end}}', 'none'],
    ['{{with $s := .State}}{{$s.Pid}}{{end}}', '12'],
    ['{{range .Env}}<{{.}}>{{end}}', '<A=b><P=/bin>'],
    ['{{range $i, $e := .Env}}{{$i}}{{$e}};{{end}}', '0A=b;1P=/bin;'],
    ['{{range $k, $v := .Ports}}{{$k}} {{end}}', '53/udp 80/tcp '],
    ['{{range .State.Health}}x{{else}}none{{end}}', 'none'],
    ['{{range .Env}}{{if eq . "A=b"}}{{continue}}{{end}}{{.}}{{break}}{{end}}', 'P=/bin'],
    ['{{(index (index .Ports "80/tcp") 0).HostPort}}', '8080'],
    ['{{.Name | printf "%.3s|%q" | len}}', '16'],
    ['{{$x := 3}}{{$x = 4}}{{$x}} {{$.Name}}', '4 /hello'],
    ['{{and 1 0}} {{or 0 "x"}} {{not true}} {{lt 1 2}} {{ge "b" "a"}}', '0 x false true true'],
    ['{{json .State}}', '{"Status":"running","Pid":12,"Health":null}'],
    ['{{join (split "a,b" ",") "-"}} {{upper "x"}} {{title "one two"}}', 'a-b X One Two'],
    ['{{"tab\\t|"}} {{`raw\\t`}} {{\'a\'}} {{0x10}}', 'tab\t| raw\\t 97 16'],
    ['{{slice .Name 1 3}} {{print 1 "a"}} {{println}}', 'he 1 a \n'],
  ])('%s', (source, expected) => {
    expect(text(source)).toBe(expected);
  });

  it.each([
    ['{{.Name', ':1: unclosed action'],
    ['{{}}', ':1: missing value for command'],
    ['{{.Name | }}', ':1: missing value for command'],
    ['{{nope 1}}', ':1: function "nope" not defined'],
    ['{{range .Env}}', ':1: unexpected EOF'],
    ['{{end}}', ':1: unexpected {{end}}'],
    ['{{break}}', ':1: {{break}} outside {{range}}'],
    ['{{(1}}', ':1: unclosed left paren'],
    ['{{.Nope}}', ':1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
    [
      '{{.State.Pid.Foo}}',
      ':1:8: executing "" at <.State.Pid.Foo>: can\'t evaluate field Foo in type interface {}',
    ],
    [
      '{{index .Env 5}}',
      ':1:2: executing "" at <index>: error calling index: index out of range: 5',
    ],
    ['{{$x}}', ':1:2: executing "" at <$x>: undefined variable "$x"'],
  ])('%s: template: %s', (source, message) => {
    expect(() => text(source)).toThrow(`template: ${message}`);
  });

  it('ends a variable with its block', () => {
    expect(() => text('{{if 1}}{{$x := 1}}{{end}}{{$x}}')).toThrow('undefined variable');
  });
});

describe('values', () => {
  it('prints as fmt does', () => {
    expect(sprintf('%5d|%-5s|%05d|%x|%t|%%|%v', [3, 'x', 42, 255, true, [1]])).toBe(
      '    3|x    |00042|ff|true|%|[1]',
    );
    expect(sprintf('%d %s', ['x'])).toBe('%!d(string=x) %!s(MISSING)');
    expect(sprintf('a', [1])).toBe('a%!(EXTRA 1)');
  });

  it('escapes JSON for HTML only where Go does', () => {
    expect(json({ a: '<b> &' }, true)).toBe('{"a":"\\u003cb\\u003e \\u0026"}');
    expect(json({ a: '<b>' }, false)).toBe('{"a":"<b>"}');
  });
});
