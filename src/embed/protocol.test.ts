import { expect, test } from 'vitest';
import { Host } from './host.ts';
import { firstCommand, queryOf, readOptions, suitingHeight, wholePage } from './options.ts';
import { commands, events, readMessage, sealed } from './protocol.ts';

test('a message is read with its own fields, and nothing else that came along', () => {
  const sent = { ...sealed({ type: 'run', command: 'docker ps' }), more: 1 };
  expect(readMessage(sent, commands)).toEqual({ type: 'run', command: 'docker ps' });
  expect(readMessage(sent, events)).toBeNull();
});

test.each([
  null,
  'run',
  {},
  { type: 'start' },
  { protocol: 'ship-in-a-bottle', version: 2, type: 'start' },
  { protocol: 'ship-in-a-bottle', version: 1, type: 'toString' },
  { protocol: 'ship-in-a-bottle', version: 1, type: 'run' },
  { protocol: 'ship-in-a-bottle', version: 1, type: 'run', command: ['ls'] },
  { protocol: 'ship-in-a-bottle', version: 1, type: 'run', command: 'x'.repeat(10_001) },
])('what is no command is none: %j', (data) => {
  expect(readMessage(data, commands)).toBeNull();
});

/** A frame's window, and what its parent is told. */
function framed(): {
  host: Host;
  told: { origin: string; message: unknown }[];
  obeyed: unknown[];
  say: (origin: string, data: unknown, source?: unknown) => void;
} {
  const told: { origin: string; message: unknown }[] = [];
  const parent = {
    postMessage(message: unknown, origin: string): void {
      told.push({ origin, message });
    },
  };
  let listener: (event: MessageEvent<unknown>) => void = () => undefined;
  const obeyed: unknown[] = [];
  const host = new Host(
    {
      // The frame uses nothing else of its parent than this.
      parent: parent as Window,
      addEventListener: (_type, listen) => {
        listener = listen;
      },
    },
    (command) => obeyed.push(command),
  );
  const say = (origin: string, data: unknown, source: unknown = parent): void => {
    listener({ origin, data, source } as MessageEvent<unknown>);
  };
  return { host, told, obeyed, say };
}

test('the frame answers the parent that greeted it, at its origin, and nobody else', () => {
  const { host, told, obeyed, say } = framed();
  expect(told).toEqual([{ origin: '*', message: sealed({ type: 'hello' }) }]);

  host.send({ type: 'resize', height: 500 });
  say('https://course.example', sealed({ type: 'start' }));
  expect(obeyed).toEqual([]); // not before the greeting
  expect(told).toHaveLength(1);

  say('https://stranger.example', sealed({ type: 'greet' }), {}); // no parent
  say('null', sealed({ type: 'greet' })); // no origin
  expect(told).toHaveLength(1);

  say('https://course.example', sealed({ type: 'greet' }));
  expect(told.slice(1)).toEqual([
    { origin: 'https://course.example', message: sealed({ type: 'resize', height: 500 }) },
  ]);
  say('https://course.example', sealed({ type: 'start' }));
  expect(obeyed).toEqual([{ type: 'start' }]);

  say('https://stranger.example', sealed({ type: 'greet' }));
  say('https://stranger.example', sealed({ type: 'run', command: 'ls' }));
  expect(obeyed).toHaveLength(1);
  host.send({ type: 'resize', height: 600 });
  expect(told.at(-1)?.origin).toBe('https://course.example');

  say('https://course.example', { ...sealed({ type: 'start' }), version: 9 });
  expect(told.at(-1)?.message).toMatchObject({ type: 'error', code: 'version' });
});

test('options survive the way through a query, and what is not understood is left out', () => {
  const given: Record<string, string> = {
    lesson: 'stop-vs-kill',
    step: '3',
    lang: 'ko-KR',
    theme: 'dark',
    panes: 'lesson, editor',
    image: 'registry.example:5000/team/app:1.2',
    command: 'sh -c "ls"',
  };
  const options = readOptions((name) => given[name] ?? null);
  const query = queryOf(options);
  expect(readOptions((name) => query.get(name))).toEqual(options);
  expect(options).toMatchObject({ step: 3, lang: 'ko', panes: ['lesson', 'editor'] });
  expect(firstCommand(options)).toBe(
    'docker run -it --rm registry.example:5000/team/app:1.2 sh -c "ls"',
  );
  const odd: Record<string, string> = { lesson: '../x', step: '0', image: '$(reboot)', lang: 'fr' };
  expect(readOptions((name) => odd[name] ?? null)).toEqual({
    lesson: null,
    step: null,
    lang: null,
    theme: 'auto',
    panes: [],
    image: null,
    command: null,
  });
});

test('the whole page opens at the same place', () => {
  const options = readOptions((name) => (name === 'lesson' ? 'run' : null));
  const site = new URL('https://host.example/courses/bottle/');
  expect(wholePage(site, options, 'ko')).toBe(`${site.href}?lang=ko#/lesson/run`);
  expect(suitingHeight(390, options)).toBeGreaterThan(suitingHeight(900, options));
});
