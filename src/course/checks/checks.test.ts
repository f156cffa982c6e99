import { describe, expect, it } from 'vitest';
import { nothingSeen } from '../engine.ts';
import type { EngineState, SeenContainer, SeenEvent, SeenRequest } from '../engine.ts';
import type { Check } from '../schema-checks.ts';
import { probesOf } from './content.ts';
import { evaluate } from './evaluate.ts';
import { sameImage } from './reference.ts';
import { matchesPath } from './request.ts';

const stepStart = { requests: 0, events: 0 };

function container(more: Partial<SeenContainer> = {}): SeenContainer {
  return {
    id: 'c',
    name: 'web',
    image: 'busybox',
    status: 'exited',
    exitCode: 0,
    tty: false,
    details: { command: 'httpd -f', env: ['COLOR=blue'], published: ['8080:80'] },
    starts: 1,
    created: 1,
    removed: false,
    ...more,
  };
}

function request(path: string, more: Partial<SeenRequest> = {}): SeenRequest {
  return { method: 'GET', path, query: {}, status: 200, time: 1, ...more };
}

function check(what: Check, state: Partial<EngineState>) {
  return evaluate(what, { state: { ...nothingSeen, ...state }, stepStart, answers: {} });
}

/** null: passed. */
function whyNot(what: Check, state: Partial<EngineState>): string | null {
  const outcome = check(what, state);
  return outcome.passed ? null : outcome.reason.kind;
}

describe('an image is the same', () => {
  it.each([
    ['busybox', 'busybox', true],
    ['busybox:latest', 'busybox', true],
    ['docker.io/library/busybox:1.36', 'busybox', true],
    ['busybox', 'busybox:latest', true],
    ['busybox:1.36', 'busybox:latest', false],
    [`busybox@sha256:${'0'.repeat(64)}`, 'busybox', true],
    ['registry:5000/busybox', 'busybox', false],
    ['registry:5000/busybox', 'registry:5000/busybox', true],
    ['busybox-extra', 'busybox', false],
  ])('%s as %s: %s', (seen, wanted, same) => {
    expect(sameImage(seen, wanted)).toBe(same);
  });
});

describe('a container check tells what differs', () => {
  it.each([
    [null, {}, { image: 'busybox', exit: 0 }],
    ['wrong-exit', { exitCode: 3 }, { image: 'busybox', exit: 0 }],
    ['no-terminal', {}, { image: 'busybox', tty: true }],
    ['no-terminal', { tty: null }, { image: 'busybox', tty: true }],
    ['has-terminal', { tty: true }, { image: 'busybox', tty: false }],
    ['not-started', { status: 'created' }, { image: 'busybox', state: 'exited' }],
    ['still-running', { status: 'running' }, { image: 'busybox', exit: 0 }],
    ['wrong-state', { status: 'exited' }, { image: 'busybox', state: 'running' }],
    ['removed', { removed: true }, { image: 'busybox', present: true }],
    ['still-there', {}, { image: 'busybox', present: false }],
    [null, { removed: true, status: 'running' }, { image: 'busybox', state: 'exited' }],
    ['too-few-containers', {}, { image: 'busybox', count: 2 }],
    ['other-name', {}, { name: 'db' }],
    ['other-container', {}, { image: 'redis' }],
    [null, {}, { name: 'web', command: 'httpd*', env: 'COLOR=*', published: '8080:80', starts: 1 }],
    ['other-command', {}, { name: 'web', command: 'ls*' }],
    ['no-variable', {}, { name: 'web', env: 'COLOR=red' }],
    ['not-published', {}, { name: 'web', published: '80:80' }],
    ['unseen', { details: null }, { name: 'web', command: '*' }],
    ['too-few-starts', {}, { name: 'web', starts: 2 }],
    ['removed', { removed: true, status: 'running' }, { name: 'web', state: 'running' }],
    [null, {}, { name: 'web' }],
  ] as const)('%s', (why, seen, wanted) => {
    expect(whyNot({ container: wanted }, { containers: [container(seen)] })).toBe(why);
  });

  it('of the newest one that is named so', () => {
    const containers = [container({ exitCode: 1 }), container({ status: 'running', created: 2 })];
    expect(whyNot({ container: { image: 'busybox', exit: 0 } }, { containers })).toBe(
      'still-running',
    );
  });

  it('and forgets a refused pull after one that worked', () => {
    const pull = (name: string, status: number) =>
      request('/images/create', { method: 'POST', query: { fromImage: name }, status });
    const wanted: Check = { container: { image: 'busybox' } };
    expect(whyNot(wanted, { requests: [pull('busibox', 404)] })).toBe('pull-refused');
    expect(whyNot(wanted, { requests: [pull('busibox', 404), pull('busybox', 200)] })).toBe(
      'no-container',
    );
  });
});

describe('a request check', () => {
  const all: Check = { request: { method: 'GET', path: '/containers/json', query: { all: '1' } } };
  it.each([
    [null, request('/containers/json', { query: { all: 'true' } })],
    ['other-request', request('/containers/json')],
    ['other-request', request('/containers/json', { query: { all: '0' } })],
    ['other-request', request('/version')],
    ['no-request', request('/containers/create', { method: 'POST' })],
    ['request-failed', request('/containers/json', { query: { all: '1' }, status: 500 })],
  ])('%s', (why, seen) => {
    expect(whyNot(all, { requests: [seen] })).toBe(why);
  });

  it('takes * for one part of a path, and for any value', () => {
    expect(matchesPath('/containers/abc/logs', '/containers/*/logs')).toBe(true);
    expect(matchesPath('/containers//logs', '/containers/*/logs')).toBe(false);
    expect(matchesPath('/containers/a/b/logs', '/containers/*/logs')).toBe(false);
    const limited: Check = {
      request: { method: 'GET', path: '/containers/json', query: { limit: '*' } },
    };
    const requests = [request('/containers/json', { query: { limit: '7' } })];
    expect(whyNot(limited, { requests })).toBeNull();
  });

  it('can look back beyond the step', () => {
    const requests = [request('/version')];
    const state = { ...nothingSeen, requests };
    const at = (since: 'step' | 'lesson') =>
      evaluate(
        { request: { method: 'GET', path: '/version', since } },
        { state, stepStart: { requests: 1, events: 0 }, answers: {} },
      ).passed;
    expect(at('step')).toBe(false);
    expect(at('lesson')).toBe(true);
  });
});

describe('checks of checks', () => {
  const there: Check = { container: { image: 'busybox' } };
  const absent: Check = { container: { image: 'redis' } };
  const state = { containers: [container()] };

  it('all, any, not', () => {
    expect(whyNot({ all: [there, absent] }, state)).toBe('other-container');
    expect(whyNot({ any: [absent, there] }, state)).toBeNull();
    expect(whyNot({ any: [absent, { not: there }] }, state)).toBe('other-container');
    expect(whyNot({ not: absent }, state)).toBeNull();
    expect(whyNot({ not: there }, state)).toBe('unwanted');
  });

  it('images, there and gone', () => {
    const images = [{ id: 'sha256:1', tags: ['busybox:latest'], size: 2 }];
    expect(whyNot({ image: { name: 'busybox' } }, { images })).toBeNull();
    expect(whyNot({ image: { name: 'redis' } }, { images })).toBe('no-image');
    expect(whyNot({ image: { name: 'busybox', present: false } }, { images })).toBe('image-there');
    const made: Check = { image: { name: 'busybox', history: '*sleep*COPY*' } };
    const probed = (text: string) => ({ images, probed: { 'history busybox': text } });
    expect(whyNot(made, probed('COPY x\nsh -c sleep 3'))).toBe('other-history');
    expect(whyNot(made, probed('sh -c sleep 3\nCOPY x'))).toBeNull();
    const smaller = (than: string): Check => ({ image: { name: 'busybox', smallerThan: than } });
    expect(whyNot(smaller('busybox:latest'), { images })).toBe('not-smaller');
    expect(whyNot(smaller('big'), { images })).toBe('no-image');
    const both = [...images, { id: 'sha256:2', tags: ['big:1'], size: 3 }];
    expect(whyNot(smaller('big'), { images: both })).toBeNull();
  });

  it('order, and nothing of a kind between', () => {
    const version: Check = { request: { method: 'GET', path: '/version' } };
    const order: Check = { order: { first: version, then: there } };
    expect(whyNot(order, { ...state, requests: [request('/version', { time: 0 })] })).toBeNull();
    expect(whyNot(order, { ...state, requests: [request('/version', { time: 2 })] })).toBe(
      'wrong-order',
    );
    expect(whyNot(order, state)).toBe('no-request');
    const clean: Check = { order: { first: there, then: there, without: version } };
    const two = [container(), container({ created: 3 })];
    expect(whyNot(clean, { containers: two })).toBeNull();
    expect(whyNot(clean, state)).toBe('too-few-containers');
    const between = [request('/version', { time: 2 })];
    expect(whyNot(clean, { containers: two, requests: between })).toBe('in-between');
    const third = [...two, container({ created: 4 })];
    expect(whyNot(clean, { containers: third, requests: between })).toBeNull();
  });
});

describe('what happened to a container', () => {
  const state = (...events: [action: string, attributes?: Record<string, string>][]) => ({
    containers: [container()],
    events: events.map(([action, attributes = {}], time): SeenEvent => ({
      id: 'c',
      action,
      attributes,
      time,
    })),
  });

  it('a signal', () => {
    const check: Check = { signal: { name: 'web', signal: 'SIGTERM' } };
    expect(whyNot(check, state())).toBe('no-signal');
    expect(whyNot(check, state(['kill', { signal: '9' }]))).toBe('no-signal');
    expect(whyNot(check, state(['kill', { signal: '15' }]))).toBeNull();
    expect(
      whyNot({ signal: { name: 'db', signal: 'SIGTERM' } }, state(['kill', { signal: '15' }])),
    ).toBe('no-signal');
  });

  it('a command run in it, by its two events', () => {
    const check: Check = { exec: { name: 'web', command: 'cat *' } };
    const created = (command: string): [string, Record<string, string>] => {
      return [`exec_create: ${command}`, { execID: command }];
    };
    const died = (command: string, exitCode: string): [string, Record<string, string>] => {
      return ['exec_die', { execID: command, exitCode }];
    };
    expect(whyNot(check, state())).toBe('no-exec');
    expect(whyNot(check, state(created('ls')))).toBe('no-exec');
    expect(whyNot(check, state(created('cat x')))).toBe('exec-running');
    expect(whyNot(check, state(created('cat x'), died('cat x', '1')))).toBe('exec-failed');
    expect(whyNot(check, state(created('cat x'), died('cat x', '0')))).toBeNull();
  });

  it('anything else', () => {
    const check: Check = { event: { image: 'busybox', action: 'detach' } };
    expect(whyNot(check, state(['attach']))).toBe('no-event');
    expect(whyNot(check, state(['detach']))).toBeNull();
  });

  it('before the step opened counts for the lesson only', () => {
    const seen = { ...nothingSeen, ...state(['detach']) };
    const at = (since: 'step' | 'lesson') =>
      evaluate(
        { event: { name: 'web', action: 'detach', since } },
        { state: seen, stepStart: { requests: 0, events: 1 }, answers: {} },
      ).passed;
    expect(at('step')).toBe(false);
    expect(at('lesson')).toBe(true);
  });
});

describe('what is in a container', () => {
  const of = (key: string, content: string | null) => ({
    containers: [container()],
    probed: { [key]: content },
  });
  it('a file, there, with a text, or gone', () => {
    const check = (more: object): Check => ({ file: { name: 'web', path: '/a', ...more } });
    expect(whyNot(check({}), of('file c /a', ''))).toBeNull();
    expect(whyNot(check({}), of('file c /a', null))).toBe('no-file');
    expect(whyNot(check({}), of('file c /b', ''))).toBe('no-file');
    expect(whyNot(check({ contains: 'x' }), of('file c /a', 'y'))).toBe('file-differs');
    expect(whyNot(check({ contains: 'x' }), of('file c /a', 'yxy'))).toBeNull();
    expect(whyNot(check({ present: false }), of('file c /a', ''))).toBe('file-there');
    expect(whyNot(check({ present: false }), of('file c /a', null))).toBeNull();
    expect(whyNot(check({}), { containers: [container({ removed: true })] })).toBe('removed');
  });

  it('what it printed', () => {
    const check: Check = { log: { image: 'busybox', contains: 'ready' } };
    expect(whyNot(check, {})).toBe('no-container');
    expect(whyNot(check, of('log c', 'starting'))).toBe('not-printed');
    expect(whyNot(check, of('log c', 'ready to go'))).toBeNull();
  });

  it('is read for the open step’s checks, wherever they stand', () => {
    const checks: Check[] = [
      { any: [{ not: { file: { name: 'web', path: '/a b' } } }] },
      { log: { name: 'web', contains: 'x' } },
      { log: { name: 'db', contains: 'x' } },
    ];
    expect(
      probesOf(checks, { ...nothingSeen, containers: [container()] }).map(({ path }) => path),
    ).toEqual([
      '/containers/c/archive?path=%2Fa%20b',
      '/containers/c/logs?stdout=1&stderr=1&tail=500',
    ]);
  });
});
