import { build } from 'esbuild';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { lessonsOf, readCourse, readLesson } from '../src/course/disk.ts';
import type { Lesson } from '../src/course/lesson.ts';
import type { Facts, LessonFacts } from '../src/embed/facts.ts';

const project = resolve(import.meta.dirname, '..');
const machine = join(project, 'build/machine');
const factsId = 'virtual:embed-facts';

/** What the page's own code, its libraries and fonts weigh, compressed, in bytes (tests/browser/weight.test.ts). */
const CODE = 1_000_000;

/** The lines of a poster's terminal. */
const LINES = 3;

/**
 * Makes embed.js, the custom element for other sites, beside the page. It is bundled by itself: a page that includes
 * it fetches one small file and nothing of the app. Its facts about the lessons are read when it is made.
 */
export function embed(): Plugin {
  return {
    name: 'embed',
    resolveId: (id) => (id === factsId ? `\0${factsId}` : null),
    async load(id) {
      return id === `\0${factsId}` ? `export default ${JSON.stringify(await facts())}` : null;
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'embed.js', source: await bundle() });
    },
    configureServer(server) {
      server.middlewares.use('/embed.js', (_request, response, next) => {
        bundle().then((code) => {
          response.setHeader('content-type', 'text/javascript');
          response.setHeader('access-control-allow-origin', '*');
          response.end(code);
        }, next);
      });
    },
  };
}

async function bundle(): Promise<string> {
  const given = JSON.stringify(await facts());
  const result = await build({
    entryPoints: [join(project, 'src/embed/embed.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    plugins: [
      {
        name: 'facts',
        setup(made) {
          made.onResolve({ filter: /^virtual:embed-facts$/ }, ({ path }) => {
            return { path, namespace: 'facts' };
          });
          made.onLoad({ filter: /./, namespace: 'facts' }, () => {
            return { contents: given, loader: 'json' };
          });
        },
      },
      {
        // Style sheets are no scripts: the minifier leaves what stands in strings as it is written.
        name: 'style',
        setup(made) {
          made.onLoad({ filter: /embed\/style\.ts$/ }, ({ path }) => {
            return { contents: readFileSync(path, 'utf8').replaceAll(/\n\s+/g, ' '), loader: 'ts' };
          });
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? '';
}

async function facts(): Promise<Facts> {
  const root = join(project, 'lessons');
  const lessons: Record<string, LessonFacts> = {};
  for (const entry of lessonsOf(await readCourse(root))) {
    if (entry.state !== 'ready') continue;
    const lesson = await readLesson(root, entry);
    const { number, title } = entry;
    lessons[entry.id] = { number, title, minutes: lesson.minutes, commands: firstCommands(lesson) };
  }
  return { lessons, megabytes: Math.round((machineBytes() + CODE) / 1e6) };
}

function firstCommands({ steps }: Lesson): readonly string[] {
  return steps
    .flatMap(({ prose }) => prose.en.blocks)
    .flatMap((block) => (block.type === 'run' ? block.command.split('\n') : []))
    .slice(0, LINES);
}

/** What a start fetches of the machine; nothing of it is there while only lessons are looked at. */
function machineBytes(): number {
  const description = join(machine, 'machine.json');
  if (!existsSync(description)) return 0;
  const { state } = JSON.parse(readFileSync(description, 'utf8')) as { state: string };
  return ['v86.wasm.gz', state]
    .map((name) => statSync(join(machine, name)).size)
    .reduce((sum, size) => sum + size, 0);
}
