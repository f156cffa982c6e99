import { expect, it } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { HUB, endpoints } from './endpoints.ts';

const none = { mirrors: [], insecure: [] };

it.each([
  ['busybox', none, [HUB]],
  ['busybox', { ...none, mirrors: ['http://a/', 'http://b'] }, ['http://a', 'http://b', HUB]],
  ['busybox', { ...none, mirrors: [HUB] }, [HUB]],
  ['quay.io/app', none, ['https://quay.io']],
  ['quay.io/app', { ...none, mirrors: ['http://a/'] }, ['https://quay.io']],
  ['quay.io:5000/app', { ...none, insecure: ['quay.io:5000'] }, ['http://quay.io:5000']],
  ['quay.io/app', { ...none, insecure: ['quay.io:5000'] }, ['https://quay.io']],
  ['registry:5000/app', none, ['http://registry:5000']],
  ['localhost/app', none, ['http://localhost']],
  ['10.0.0.1:5000/app', none, ['http://10.0.0.1:5000']],
  ['host.docker.internal:5000/app', none, ['http://host.docker.internal:5000']],
])('%s with %j is asked for at %j', (name, registries, wanted) => {
  expect(endpoints(parseReference(name), registries)).toEqual(wanted);
});
