import { describe, expect, it } from 'vitest';
import { bottleCommands } from './bottle.ts';
import { columns } from './format/width.ts';
import { commandHelp, groupHelp } from './help.ts';
import { groups, topCommands, topHelp, unknown } from './tree.ts';

describe('help', () => {
  const all = [
    ['docker', topHelp()] as const,
    ...Object.entries(topCommands()).map(
      ([word, command]) => [`docker ${word}`, commandHelp(`docker ${word}`, command)] as const,
    ),
    ...Object.entries({ ...groups(), bottle: bottleCommands }).flatMap(([word, group]) => [
      [`docker ${word}`, groupHelp(`docker ${word}`, group)] as const,
      ...Object.entries(group.commands).map(
        ([name, command]) =>
          [`docker ${word} ${name}`, commandHelp(`docker ${word} ${name}`, command)] as const,
      ),
    ]),
  ];

  it.each(all)('%s --help fits 80 columns', (path, text) => {
    expect(text).toMatch(new RegExp(`^Usage:  ${path}`));
    expect(text.split('\n').filter((line) => columns(line) > 80)).toEqual([]);
  });

  it('does not name a flag twice', () => {
    for (const command of Object.values(topCommands())) {
      const flags = command.flags?.() ?? [];
      const names = flags.map(({ name }) => name);
      const shorts = flags.map(({ short }) => short).filter((short) => short !== '');
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(shorts).size).toBe(shorts.length);
    }
  });

  it('lays a command out as Docker does', () => {
    const text = commandHelp('docker kill', topCommands()['kill'] ?? never());
    expect(text).toBe(
      [
        'Usage:  docker kill [OPTIONS] CONTAINER [CONTAINER...]',
        '',
        'Kill one or more running containers',
        '',
        'Aliases:',
        '  docker container kill, docker kill',
        '',
        'Options:',
        '  -s, --signal string   Signal to send to the container',
        '',
      ].join('\n'),
    );
  });

  it('tells a word of Docker that is not here from one that is none', () => {
    expect(unknown('docker', 'swarm')).toContain('is not in this sandbox');
    expect(unknown('bottle', 'swarm')).toBe('bottle: unknown command: bottle swarm');
    expect(unknown('docker', 'foo')).toBe('docker: unknown command: docker foo');
  });
});

function never(): never {
  throw new Error('kill is gone');
}
