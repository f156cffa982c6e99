import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { lessonsOf, readCourse, readLesson } from '../src/course/disk.ts';
import type { CourseLesson, Lesson } from '../src/course/lesson.ts';
import { rendered } from '../src/course/rendered.ts';

const courseId = 'virtual:course';
const lessonId = 'virtual:lesson/';

/** Where `npm run dev` serves a lesson as it stands on the disk at that moment. */
const devPath = '/lesson.json';

/**
 * Gives the page its lessons, read and checked: `virtual:course` (types in src/course/virtual.d.ts). A mistake in a
 * lesson fails the build with file, line and field. In `npm run dev` an edit of a lesson reaches the page as the
 * event `lessons`, and the machine there runs on; an edit of course.yaml reloads the page.
 */
export function lessons(root = resolve(import.meta.dirname, '../lessons')): Plugin {
  let dev = false;
  const find = async (wanted: string): Promise<Lesson> => {
    const found = lessonsOf(await readCourse(root)).find((lesson) => lesson.id === wanted);
    if (found === undefined) throw new Error(`lessons/course.yaml has no lesson "${wanted}"`);
    return rendered(await readLesson(root, found));
  };
  return {
    name: 'lessons',
    configResolved({ command }) {
      dev = command === 'serve';
    },
    resolveId(id) {
      return id === courseId || id.startsWith(lessonId) ? `\0${id}` : null;
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
      if (!id.startsWith(`\0${lessonId}`)) return null;
      return `export default ${JSON.stringify(await find(id.slice(lessonId.length + 1)))};`;
    },
    configureServer(server) {
      server.middlewares.use(devPath, (request, response) => {
        const id = new URL(request.url ?? '', 'http://localhost').searchParams.get('id') ?? '';
        find(id).then(
          (lesson) => response.end(JSON.stringify(lesson)),
          (error: unknown) => {
            response.statusCode = 500;
            response.end(error instanceof Error ? error.message : String(error));
          },
        );
      });
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
  const imports = ready.map(({ id }) => {
    return `${JSON.stringify(id)}: () => import(${JSON.stringify(lessonId + id)})`;
  });
  return `
    const chunks = { ${imports.join(', ')} };
    export async function loadLesson(id) {
      if (!Object.hasOwn(chunks, id)) throw new Error('no lesson "' + id + '" is ready');
      return (await chunks[id]()).default;
    }`;
}

/** While lessons are being written, each is read anew every time. */
const fetched = `
  export async function loadLesson(id) {
    const response = await fetch('${devPath}?id=' + id);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }`;
