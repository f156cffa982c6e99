/**
 * `npm run lesson -- COMMAND`, for those who write lessons:
 *
 *     schema             write lessons/*.schema.json from src/course/schema.ts
 *     new ID             write the skeleton of a lesson that course.yaml names
 *     test ID | --all    prove lessons in a real machine: tests/lessons
 *     scorm ID           packages for a learning management system
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { lessonsOf, readCourse } from './disk.ts';
import { jsonSchemas } from './json-schema.ts';
import { lessonFolder } from './loader.ts';
import { LessonError } from './problem.ts';
import { languages } from './lesson.ts';
import type { CourseLesson } from './lesson.ts';
import { scormPackage } from './scorm/package.ts';
import { scormVersions } from './scorm/manifest.ts';
import { skeleton } from './skeleton.ts';

const project = resolve(import.meta.dirname, '../..');
const root = join(project, 'lessons');
const usage =
  'usage: npm run lesson -- schema | new ID | test ID | test --all | scorm ID [--site URL] [--lang en|ko]';

/** A mistake of whoever called: shown without a stack. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      site: { type: 'string' },
      lang: { type: 'string', default: 'en' },
    },
  });
  const [command, id, ...rest] = positionals;
  if (rest.length === 0 && command === 'schema' && id === undefined) return writeSchemas();
  if (rest.length === 0 && command === 'new' && id !== undefined) return newLesson(id);
  if (rest.length === 0 && command === 'test' && (id === undefined) === (values.all === true)) {
    return testLessons(id);
  }
  if (rest.length === 0 && command === 'scorm' && id !== undefined) {
    return packLesson(id, values.lang, values.site);
  }
  throw new UsageError(usage);
}

/** Writes both kinds of package. Without the address of a site they carry the one in dist/. */
async function packLesson(id: string, lang: string, address?: string): Promise<number> {
  const language = languages.find((known) => known === lang);
  if (language === undefined) throw new UsageError(`--lang is ${languages.join(' or ')}`);
  const lesson = await entryOf(id);
  if (lesson.state !== 'ready') throw new UsageError(`lesson "${id}" is not written yet`);
  const site = address === undefined ? await builtSite() : siteAddress(address);
  const folder = join(project, 'build/scorm');
  await mkdir(folder, { recursive: true });
  for (const version of scormVersions) {
    const name = `${id}-${language}-scorm-${version}.zip`;
    await writeFile(join(folder, name), await scormPackage({ version, lesson, language, site }));
    console.log(`wrote build/scorm/${name}`);
  }
  return 0;
}

function siteAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('--site is the address of a built site, such as https://bottle.example/');
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** The files of dist/, but for the demo pages. */
async function builtSite(): Promise<Record<string, Uint8Array>> {
  const dist = join(project, 'dist');
  const entries = await readdir(dist, { recursive: true, withFileTypes: true }).catch(() => []);
  const site: Record<string, Uint8Array> = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dist, path).split(sep).join('/');
    if (!name.startsWith('demo/')) site[name] = await readFile(path);
  }
  if (site['embed.js'] === undefined) {
    throw new UsageError(
      'dist/ holds no built site for the package to carry: npm run build first, or name one with --site URL',
    );
  }
  return site;
}

async function writeSchemas(): Promise<number> {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const path = join(root, name);
    const options = await resolveConfig(path);
    await writeFile(path, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
    console.log(`wrote lessons/${name}`);
  }
  return 0;
}

async function newLesson(id: string): Promise<number> {
  const folder = await folderOf(id);
  for (const [name, text] of Object.entries(skeleton(id))) {
    const path = join(root, folder, name);
    await mkdir(dirname(path), { recursive: true });
    // Never over somebody's work: an existing file is an error.
    await writeFile(path, text, { flag: 'wx' });
    console.log(`wrote lessons/${folder}/${name}`);
  }
  console.log(`Next: set "state: ready" in lessons/course.yaml, then npm run lesson -- test ${id}`);
  return 0;
}

async function testLessons(id: string | undefined): Promise<number> {
  if (id !== undefined) await folderOf(id);
  const file = id === undefined ? [] : ['tests/lessons/lessons.test.ts'];
  const vitest = spawn('npx', ['vitest', 'run', '--project', 'lessons', ...file], {
    cwd: project,
    stdio: 'inherit',
    // Whole, where `npm test` proves the mistakes of a third of the lessons a day (tests/part.ts).
    env: { ...process.env, PART: 'all', ...(id === undefined ? {} : { LESSON: id }) },
  });
  return new Promise((done, failed) => {
    vitest.on('error', failed);
    vitest.on('exit', (code) => {
      done(code ?? 1);
    });
  });
}

async function folderOf(id: string): Promise<string> {
  return lessonFolder((await entryOf(id)).number, id);
}

async function entryOf(id: string): Promise<CourseLesson> {
  const lessons = lessonsOf(await readCourse(root));
  const lesson = lessons.find((entry) => entry.id === id);
  if (lesson === undefined) {
    const known = lessons.map((entry) => entry.id).join(', ');
    throw new UsageError(
      `lessons/course.yaml has no lesson "${id}"; add it there first. It has: ${known}`,
    );
  }
  return lesson;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof LessonError || error instanceof UsageError || isFileError(error);
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error;
}
