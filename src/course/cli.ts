/**
 * `npm run lesson -- COMMAND`, for those who write lessons:
 *
 *     schema             write lessons/*.schema.json from src/course/schema.ts
 *     new ID             write the skeleton of a lesson that course.yaml names
 *     test ID | --all    prove lessons in a real machine: tests/lessons
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { lessonsOf, readCourse } from './disk.ts';
import { jsonSchemas } from './json-schema.ts';
import { lessonFolder } from './loader.ts';
import { LessonError } from './problem.ts';
import { skeleton } from './skeleton.ts';

const project = resolve(import.meta.dirname, '../..');
const root = join(project, 'lessons');
const usage = 'usage: npm run lesson -- schema | new ID | test ID | test --all';

/** A mistake of whoever called: shown without a stack. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { all: { type: 'boolean' } },
  });
  const [command, id, ...rest] = positionals;
  if (rest.length === 0 && command === 'schema' && id === undefined) return writeSchemas();
  if (rest.length === 0 && command === 'new' && id !== undefined) return newLesson(id);
  if (rest.length === 0 && command === 'test' && (id === undefined) === (values.all === true)) {
    return testLessons(id);
  }
  throw new UsageError(usage);
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
  const lessons = lessonsOf(await readCourse(root));
  const lesson = lessons.find((entry) => entry.id === id);
  if (lesson === undefined) {
    const known = lessons.map((entry) => entry.id).join(', ');
    throw new UsageError(
      `lessons/course.yaml has no lesson "${id}"; add it there first. It has: ${known}`,
    );
  }
  return lessonFolder(lesson.number, id);
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
