/** The packages for learning management systems, in a small one of each version that takes nothing it should not. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonsOf, readCourse } from '../../src/course/disk.ts';
import { scormPackage } from '../../src/course/scorm/package.ts';
import type { PackageProps } from '../../src/course/scorm/package.ts';
import { launch } from './chromium.ts';
import { ask, hears, listen, take } from './embedding.ts';
import { fileServer } from './file-server.ts';
import type { FileServer } from './file-server.ts';
import { Visitor } from './visitor.ts';

const root = resolve(import.meta.dirname, '../..');
const dist = resolve(root, 'dist');

let browser: Browser;
let site: FileServer;
let folder: string;
let lms: FileServer;

beforeAll(async () => {
  browser = await launch();
  site = await fileServer(dist);
  folder = await mkdtemp(join(tmpdir(), 'scorm-'));
  await writeFile(join(folder, 'lms.html'), system);
  lms = await fileServer(folder, { host: 'localhost' });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await lms.close();
  await rm(folder, { recursive: true });
});

/** Makes a package and unpacks it as a system does; tells its files. */
async function upload(name: string, props: Omit<PackageProps, 'lesson'>): Promise<string[]> {
  const course = lessonsOf(await readCourse(join(root, 'lessons')));
  const lesson = course.find(({ id }) => id === 'what-is-a-container');
  if (lesson === undefined) throw new Error('lessons/course.yaml has no "what-is-a-container"');
  const files = unzipSync(await scormPackage({ ...props, lesson }));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), bytes);
  }
  return Object.keys(files);
}

interface Described {
  readonly problem: string | null;
  readonly order: string[];
  readonly schemaVersion: string;
  readonly title: string;
  readonly resource: { readonly type: string; readonly sco: string; readonly href: string };
  readonly files: string[];
}

/** Reads a manifest as XML, by its namespaces. */
function describe(page: Page, xml: string): Promise<Described> {
  return page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'text/xml');
    const top = document.documentElement;
    const one = (name: string): Element => {
      const [found, ...more] = document.getElementsByTagNameNS(top.namespaceURI, name);
      if (found === undefined || more.length > 0) throw new Error(`not one ${name}`);
      return found;
    };
    const organization = one('organization');
    const organizations = one('organizations');
    const item = one('item');
    const resource = one('resource');
    if (organizations.getAttribute('default') !== organization.getAttribute('identifier'))
      throw new Error('the default organization is none');
    if (item.getAttribute('identifierref') !== resource.getAttribute('identifier'))
      throw new Error('the item has no resource');
    const adlcp = [...resource.attributes].find(({ localName }) => /^scormtype$/i.test(localName));
    return {
      problem: document.querySelector('parsererror')?.textContent ?? null,
      order: [...top.children].map(({ localName }) => localName),
      schemaVersion: one('schemaversion').textContent,
      title: item.firstElementChild?.textContent ?? '',
      resource: {
        type: resource.getAttribute('type') ?? '',
        sco: `${adlcp?.name ?? ''}=${adlcp?.value ?? ''} in ${adlcp?.namespaceURI ?? ''}`,
        href: resource.getAttribute('href') ?? '',
      },
      files: [...resource.children].map((file) => file.getAttribute('href') ?? ''),
    };
  }, xml);
}

/** What the system has been told, and whether the session has begun and ended. */
const record = (page: Page): Promise<unknown> => page.evaluate('window.record');

test.each([
  { version: '1.2', schema: '1.2', sco: 'adlcp:scormtype=sco', space: 'adlcp_rootv1p2' },
  { version: '2004', schema: '2004 4th Edition', sco: 'adlcp:scormType=sco', space: 'adlcp_v1p3' },
] as const)('a package for SCORM $version is what its manifest says', async (each) => {
  const name = `manifest-${each.version}`;
  const site = new URL('https://bottle.example/');
  const files = await upload(name, { version: each.version, language: 'ko', site });
  const page = await browser.newPage();
  const described = await describe(
    page,
    readFileSync(join(folder, name, 'imsmanifest.xml'), 'utf8'),
  );
  expect(described).toMatchObject({
    problem: null,
    order: ['metadata', 'organizations', 'resources'],
    schemaVersion: each.schema,
    title: '컨테이너란 무엇일까요?',
    resource: { type: 'webcontent', href: 'launch.html' },
  });
  expect(described.resource.sco).toContain(each.sco);
  expect(described.resource.sco).toContain(each.space);
  expect([...described.files, 'imsmanifest.xml'].sort()).toEqual(files.sort());
  await page.close();
});

test('a lesson of a site, taken in a system of SCORM 1.2', async () => {
  await upload('framed', { version: '1.2', language: 'en', site: new URL(site.address) });
  const visitor = await Visitor.arrive(browser, { at: `${lms.address}lms.html?1.2#framed` });
  const { page } = visitor;
  const launched = await page.waitForSelector('iframe').then((frame) => frame.contentFrame());
  if (launched === null) throw new Error('the system has launched nothing');
  await launched.getByRole('button', { name: 'Start the machine' }).waitFor();
  await launched.evaluate(() =>
    document.querySelector('ship-in-a-bottle')?.setAttribute('id', 'sco'),
  );
  await expect
    .poll(() => record(page))
    .toMatchObject({ begun: true, 'cmi.core.lesson_status': 'incomplete' });
  await listen(launched);
  await ask(launched, 'sco', 'start');
  await hears(launched, { type: 'ready' });
  await take(launched, 'sco', '01-what-is-a-container', 'Next step');
  await hears(launched, { type: 'lesson-passed' });
  expect(await record(page)).toMatchObject({
    'cmi.core.lesson_status': 'passed',
    'cmi.core.score.raw': '100',
  });
  await page.evaluate(() => document.querySelector('iframe')?.remove());
  await page.waitForFunction('window.record.ended');
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('a lesson that its package carries, begun in a system of SCORM 2004', async () => {
  const carried: Record<string, Uint8Array> = {};
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dist, path);
    // What this much of the lesson asks for.
    if (entry.isFile() && !/^(?:demo|packages|kernels)\//.test(name))
      carried[name] = readFileSync(path);
  }
  await upload('carried', { version: '2004', language: 'ko', site: carried });
  const visitor = await Visitor.arrive(browser, {
    at: `${lms.address}lms.html?2004#carried`,
    language: 'ko',
  });
  const { page } = visitor;
  const launched = await page.waitForSelector('iframe').then((frame) => frame.contentFrame());
  if (launched === null) throw new Error('the system has launched nothing');
  await launched.getByRole('button', { name: '머신 시작하기' }).waitFor();
  await launched.evaluate(() =>
    document.querySelector('ship-in-a-bottle')?.setAttribute('id', 'sco'),
  );
  await listen(launched);
  await ask(launched, 'sco', 'start');
  await hears(launched, { type: 'ready' });
  await launched.childFrames()[0]?.locator('input[name="kernels"]').nth(2).check();
  await hears(launched, { type: 'step-passed' });
  expect(await record(page)).toMatchObject({
    begun: true,
    'cmi.completion_status': 'incomplete',
    'cmi.score.raw': '14',
    'cmi.score.scaled': '0.14',
  });
  await page.evaluate(() => document.querySelector('iframe')?.remove());
  await page.waitForFunction('window.record.ended');
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('without a system around it the lesson says so, and works', async () => {
  await upload('alone', { version: '1.2', language: 'en', site: new URL(site.address) });
  const visitor = await Visitor.arrive(browser, { at: `${lms.address}alone/launch.html` });
  await visitor.page.getByText('No learning management system was found').waitFor();
  await visitor.page.getByRole('button', { name: 'Start the machine' }).waitFor();
  await visitor.leave();
});

/** `lms.html?VERSION#PACKAGE`: knows the elements that a version has and the form of their values, and nothing else. */
const system = `<!doctype html><html lang="en"><title>LMS</title><link rel="icon" href="data:,"><script>
  const number = /^(?:100|\\d?\\d)$/, part = /^(?:0(?:\\.\\d+)?|1)$/;
  const old = {
    api: 'API', verbs: ['LMSInitialize', 'LMSGetValue', 'LMSSetValue', 'LMSCommit', 'LMSFinish', 'LMSGetLastError', 'LMSGetErrorString'],
    elements: {
      'cmi.core.lesson_status': /^(?:passed|completed|failed|incomplete|browsed)$/,
      'cmi.core.score.raw': number, 'cmi.core.score.min': number, 'cmi.core.score.max': number,
      'cmi.core.session_time': /^\\d{2,4}:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,2})?$/,
    },
    first: { 'cmi.core.lesson_status': 'not attempted' },
  };
  const young = {
    api: 'API_1484_11', verbs: ['Initialize', 'GetValue', 'SetValue', 'Commit', 'Terminate', 'GetLastError', 'GetErrorString'],
    elements: {
      'cmi.completion_status': /^(?:completed|incomplete|not attempted|unknown)$/,
      'cmi.success_status': /^(?:passed|failed|unknown)$/,
      'cmi.score.raw': number, 'cmi.score.min': number, 'cmi.score.max': number, 'cmi.score.scaled': part,
      'cmi.progress_measure': part, 'cmi.session_time': /^PT\\d+S$/,
    },
    first: { 'cmi.completion_status': 'unknown' },
  };
  const kind = location.search === '?1.2' ? old : young;
  const record = window.record = { begun: false, ended: false, ...kind.first };
  let error = '0';
  const open = () => record.begun && !record.ended;
  const done = (right, code) => { error = right ? '0' : code; return String(right); };
  const [begin, get, set, commit, end, last, words] = kind.verbs;
  window[kind.api] = {
    [begin]: (none) => { const right = none === '' && !record.begun; record.begun = true; return done(right, '101'); },
    [get]: (name) => { const right = open() && name in kind.elements; done(right, '401'); return right ? record[name] ?? '' : ''; },
    [set]: (name, value) => {
      const right = open() && typeof value === 'string' && kind.elements[name]?.test(value) === true;
      if (right) record[name] = value;
      return done(right, '405');
    },
    [commit]: (none) => done(none === '' && open(), '301'),
    [end]: (none) => { const right = none === '' && open(); record.ended = true; return done(right, '301'); },
    [last]: () => error,
    [words]: (code) => 'error ' + code,
  };
  addEventListener('DOMContentLoaded', () => {
    const frame = document.createElement('iframe');
    frame.title = 'SCO';
    frame.style.cssText = 'width: 1000px; height: 800px';
    frame.src = location.hash.slice(1) + '/launch.html';
    document.body.append(frame);
  });
</script><body></body></html>`;
