import { describe, expect, it } from 'vitest';
import type { EngineState, SeenContainer, SeenRequest } from '../engine.ts';
import type { Check } from '../schema.ts';
import { evaluate } from './evaluate.ts';
import { sameImage } from './image.ts';
import { matchesPath } from './request.ts';

const nothing: EngineState = { containers: [], images: [], requests: [] };

function container(more: Partial<SeenContainer> = {}): SeenContainer {
  return {
    id: 'c',
    name: 'web',
    image: 'busybox',
    status: 'exited',
    exitCode: 0,
    tty: false,
    created: 1,
    removed: false,
    ...more,
  };
}

function request(path: string, more: Partial<SeenRequest> = {}): SeenRequest {
  return { method: 'GET', path, query: {}, status: 200, time: 1, ...more };
}

function check(what: Check, state: Partial<EngineState>) {
  return evaluate(what, { state: { ...nothing, ...state }, stepStart: 0, answers: {} });
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
    ['other-container', {}, { name: 'db' }],
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
    const state = { ...nothing, requests };
    const at = (since: 'step' | 'lesson') =>
      evaluate(
        { request: { method: 'GET', path: '/version', since } },
        { state, stepStart: 1, answers: {} },
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
    const images = [{ id: 'sha256:1', tags: ['busybox:latest'] }];
    expect(whyNot({ image: { name: 'busybox' } }, { images })).toBeNull();
    expect(whyNot({ image: { name: 'redis' } }, { images })).toBe('no-image');
    expect(whyNot({ image: { name: 'busybox', present: false } }, { images })).toBe('image-there');
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
