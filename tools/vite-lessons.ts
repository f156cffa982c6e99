import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { lessonsOf, readCourse, readLesson, readSolution } from '../src/course/disk.ts';
import type { CourseLesson, Lesson } from '../src/course/lesson.ts';
import { rendered } from '../src/course/rendered.ts';
import type { SolutionStep } from '../src/course/script.ts';

const courseId = 'virtual:course';
const lessonId = 'virtual:lesson/';
const solutionId = 'virtual:solution/';

/** Where `npm run dev` serves a lesson as it stands on the disk at that moment. */
const devPath = '/lesson.json';
const devSolutionPath = '/solution.json';

/**
 * Gives the page its lessons, read and checked: `virtual:course` (types in src/course/virtual.d.ts). A mistake in a
 * lesson fails the build with file, line and field. In `npm run dev` an edit of a lesson reaches the page as the
 * event `lessons`, and the machine there runs on; an edit of course.yaml reloads the page.
 */
export function lessons(root = resolve(import.meta.dirname, '../lessons')): Plugin {
  let dev = false;
  const entry = async (wanted: string): Promise<CourseLesson> => {
    const found = lessonsOf(await readCourse(root)).find((lesson) => lesson.id === wanted);
    if (found === undefined) throw new Error(`lessons/course.yaml has no lesson "${wanted}"`);
    return found;
  };
  const find = async (wanted: string): Promise<Lesson> =>
    rendered(await readLesson(root, await entry(wanted)));
  const solve = async (wanted: string): Promise<readonly SolutionStep[]> =>
    readSolution(root, await entry(wanted));
  return {
    name: 'lessons',
    configResolved({ command }) {
      dev = command === 'serve';
    },
    resolveId(id) {
      return id === courseId || id.startsWith(lessonId) || id.startsWith(solutionId)
        ? `\0${id}`
        : null;
    },
    async load(id) {
      if (id === `\0${courseId}`) {
        const course = await readCourse(root);
        this.addWatchFile(join(root, 'course.yaml'));
        const ready = lessonsOf(course).filter(({ state }) => state === 'ready');
        const sizes: Record<string, { steps: number; minutes: number }> = {};
        for (const entry of ready) {
          const { steps, minutes } = await readLesson(root, entry);
          sizes[entry.id] = { steps: steps.length, minutes };
        }
        return `
          export const course = ${JSON.stringify(course)};
          export const sizes = ${JSON.stringify(sizes)};
          ${dev ? fetched : chunked(ready)}`;
      }
      if (id.startsWith(`\0${solutionId}`)) {
        return `export default ${JSON.stringify(await solve(id.slice(solutionId.length + 1)))};`;
      }
      if (!id.startsWith(`\0${lessonId}`)) return null;
      return `export default ${JSON.stringify(await find(id.slice(lessonId.length + 1)))};`;
    },
    configureServer(server) {
      for (const [path, read] of [
        [devPath, find],
        [devSolutionPath, solve],
      ] as const) {
        server.middlewares.use(path, (request, response) => {
          const id = new URL(request.url ?? '', 'http://localhost').searchParams.get('id') ?? '';
          read(id).then(
            (found) => response.end(JSON.stringify(found)),
            (error: unknown) => {
              response.statusCode = 500;
              response.end(error instanceof Error ? error.message : String(error));
            },
          );
        });
      }
      server.watcher.add(root);
      server.watcher.on('all', (_event, path) => {
        if (!path.startsWith(root)) return;
        if (!path.endsWith('course.yaml')) {
          server.ws.send({ type: 'custom', event: 'lessons' });
          return;
        }
        const course = server.moduleGraph.getModuleById(`\0${courseId}`);
        if (course !== undefined) server.moduleGraph.invalidateModule(course);
        server.ws.send({ type: 'full-reload' });
      });
    },
  };
}

/** Each lesson is a chunk of its own, fetched when it is opened. */
function chunked(ready: readonly CourseLesson[]): string {
  const imports = (what: string): string =>
    ready
      .map(({ id }) => `${JSON.stringify(id)}: () => import(${JSON.stringify(what + id)})`)
      .join(', ');
  return `
    const chunks = { ${imports(lessonId)} };
    const solutions = { ${imports(solutionId)} };
    async function load(from, id) {
      if (!Object.hasOwn(from, id)) throw new Error('no lesson "' + id + '" is ready');
      return (await from[id]()).default;
    }
    export const loadLesson = (id) => load(chunks, id);
    export const loadSolution = (id) => load(solutions, id);`;
}

/** While lessons are being written, each is read anew every time. */
const fetched = `
  async function load(path, id) {
    const response = await fetch(path + '?id=' + id);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }
  export const loadLesson = (id) => load('${devPath}', id);
  export const loadSolution = (id) => load('${devSolutionPath}', id);`;
