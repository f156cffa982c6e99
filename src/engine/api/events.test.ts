import { expect, test } from 'vitest';
import type { EngineEvent } from '../daemon/events.ts';
import { passes } from './events.ts';

const event = (
  type: EngineEvent['type'],
  action: string,
  id: string,
  attributes: Record<string, string> = {},
): EngineEvent => ({ type, action, id, attributes, time: '2026-01-01T00:00:00.000000000Z' });

const died = event('container', 'die', 'c0ffee', {
  name: 'web',
  image: 'nginx:1.22',
  tier: 'front',
});
const probed = event('container', 'exec_start: wget -q -O - http://a', 'c0ffee', { name: 'web' });
const tagged = event('image', 'tag', 'sha256:abc', { name: 'team/app:2' });
const mounted = event('volume', 'mount', 'data', { driver: 'local' });
const joined = event('network', 'connect', 'feed', { name: 'one', container: 'c0ffee' });
const reloaded = event('daemon', 'reload', 'bottle', { name: 'bottle' });

test.each<[string, EngineEvent, Record<string, string[]>, boolean]>([
  ['nothing asked', died, {}, true],
  ['a container by name', died, { container: ['web'] }, true],
  ['a container by /name', died, { container: ['/web'] }, true],
  ['a container by the start of its ID', died, { container: ['c0ff'] }, true],
  ['another container', died, { container: ['db'] }, false],
  ['one of two containers', died, { container: ['db', 'web'] }, true],
  ['a container is asked for, and this is a network', joined, { container: ['web'] }, false],
  ['a network by name', joined, { network: ['one'] }, true],
  ['another network', joined, { network: ['two'] }, false],
  ['a volume by name', mounted, { volume: ['data'] }, true],
  ['another volume', mounted, { volume: ['logs'] }, false],
  ['the daemon by name', reloaded, { daemon: ['bottle'] }, true],
  ['an image with its tag', tagged, { image: ['team/app:2'] }, true],
  ['an image without its tag', tagged, { image: ['team/app'] }, true],
  ['an image by ID', tagged, { image: ['sha256:abc'] }, true],
  ['the image of a container, without its tag', died, { image: ['nginx'] }, true],
  ['another tag', tagged, { image: ['team/app:1'] }, false],
  ['an action', died, { event: ['die', 'kill'] }, true],
  ['an action without its words', probed, { event: ['exec_start'] }, true],
  ['a type', died, { type: ['image'] }, false],
  ['the scope', died, { scope: ['local'] }, true],
  ['another scope', died, { scope: ['swarm'] }, false],
  ['a label', died, { label: ['tier=front'] }, true],
  ['a label of another value', died, { label: ['tier=back'] }, false],
  ['two filters must both hold', died, { container: ['web'], event: ['start'] }, false],
])('%s', (_, happened, filters, wanted) => {
  expect(passes(happened, new Map(Object.entries(filters)))).toBe(wanted);
});
