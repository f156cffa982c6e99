import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { lessonsOf, readCourse, readLesson } from '../src/course/disk.ts';

const courseId = 'virtual:course';
const lessonId = 'virtual:lesson/';

/**
 * Gives the page its lessons, read and checked: `virtual:course` (types in src/course/virtual.d.ts). A mistake in a
 * lesson fails the build with file, line and field; in `npm run dev` an edit reloads the page's lesson.
 */
export function lessons(root = resolve(import.meta.dirname, '../lessons')): Plugin {
  return {
    name: 'lessons',
    resolveId(id) {
      return id === courseId || id.startsWith(lessonId) ? `\0${id}` : null;
    },
    async load(id) {
      if (id === `\0${courseId}`) {
        const course = await readCourse(root);
        this.addWatchFile(join(root, 'course.yaml'));
        const ready = lessonsOf(course).filter(({ state }) => state === 'ready');
        const imports = ready.map((lesson) => {
          return `${JSON.stringify(lesson.id)}: () => import(${JSON.stringify(lessonId + lesson.id)})`;
        });
        return `
          export const course = ${JSON.stringify(course)};
          const chunks = { ${imports.join(', ')} };
          export async function loadLesson(id) {
            if (!Object.hasOwn(chunks, id)) throw new Error('no lesson "' + id + '" is ready');
            return (await chunks[id]()).default;
          }`;
      }
      if (!id.startsWith(`\0${lessonId}`)) return null;
      const wanted = id.slice(lessonId.length + 1);
      const found = lessonsOf(await readCourse(root)).find((lesson) => lesson.id === wanted);
      if (found === undefined) throw new Error(`lessons/course.yaml has no lesson "${wanted}"`);
      return `export default ${JSON.stringify(await readLesson(root, found))};`;
    },
    configureServer(server) {
      server.watcher.add(root);
      server.watcher.on('all', (_event, path) => {
        if (!path.startsWith(root)) return;
        const { moduleGraph } = server;
        for (const module of moduleGraph.idToModuleMap.values()) {
          if (module.id?.startsWith('\0virtual:') === true) moduleGraph.invalidateModule(module);
        }
        server.ws.send({ type: 'full-reload' });
      });
    },
  };
}
