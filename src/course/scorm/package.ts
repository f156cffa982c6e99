import { build } from 'esbuild';
import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import { join } from 'node:path';
import type { CourseLesson, Language } from '../lesson.ts';
import { escaped, manifest } from './manifest.ts';
import type { ScormVersion } from './manifest.ts';

export interface PackageProps {
  readonly version: ScormVersion;
  readonly lesson: CourseLesson;
  readonly language: Language;
  /** Where the machine comes from: the address of a site, or the files of a built one, which the package then carries. */
  readonly site: URL | Readonly<Record<string, Uint8Array>>;
}

/** What is small already, and would only cost time to pack once more. */
const packed = /\.(?:gz|zst|woff2|whl|deb|png)$/;

/** A SCORM package: a ZIP with the manifest at its root, a launch page and its program. */
export async function scormPackage(props: PackageProps): Promise<Uint8Array> {
  const { version, lesson, language, site } = props;
  const carried = site instanceof URL ? {} : site;
  const text = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    'launch.html': text.encode(launchPage(props)),
    'launch.js': await launchProgram(),
  };
  for (const [path, bytes] of Object.entries(carried)) files[`site/${path}`] = bytes;
  const xml = manifest({
    version,
    id: lesson.id,
    title: lesson.title[language],
    description: lesson.summary[language],
    language,
    files: Object.keys(files),
  });
  const entries: Zippable = { 'imsmanifest.xml': text.encode(xml) };
  for (const [path, bytes] of Object.entries(files)) {
    entries[path] = [bytes, { level: packed.test(path) || path.includes('/sha256/') ? 0 : 6 }];
  }
  return zipSync(entries);
}

function launchPage({ lesson, language, site }: PackageProps): string {
  const script = site instanceof URL ? new URL('embed.js', site).href : 'site/embed.js';
  const whole = site instanceof URL ? site.href : 'site/index.html';
  const title = escaped(lesson.title[language]);
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>
      :root { color-scheme: light dark; }
      body { margin: 0; padding: 8px; font: 16px/1.5 system-ui, sans-serif; word-break: keep-all; }
      p:empty { display: none; }
    </style>
    <script type="module" src="${escaped(script)}"></script>
    <script type="module" src="launch.js"></script>
  </head>
  <body>
    <main>
      <p id="notice" role="status"></p>
      <ship-in-a-bottle lesson="${lesson.id}" lang="${language}">
        <p slot="fallback"><a href="${escaped(whole)}#/lesson/${lesson.id}">${title}</a></p>
      </ship-in-a-bottle>
    </main>
  </body>
</html>
`;
}

async function launchProgram(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'launch.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const [program] = outputFiles;
  if (program === undefined) throw new Error('esbuild made nothing of launch.ts');
  return program.contents;
}
