import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { FAILURES } from '../src/app/session/failures.ts';

const manifest = resolve(import.meta.dirname, '../build/machine/machine.json');

/** The parts of machine.json that the page's first lines hold. */
interface Described {
  readonly state: string;
  readonly sha256: string;
}

/** Chunks that every visit needs, though the page's first chunk asks for them only once it runs. */
const wanted = ['v86', 'xterm', 'machine', 'duplex', 'registry', 'screen', 'rolldown-runtime'];

/** What comes after the prompt, and with the first push: chunks of the same name as one that every start needs. */
const later = /\/src\/(app\/state|registry)\/registry\.ts$/;

/**
 * Lets the browser fetch what every visit needs as soon as it has read the page: the page's other chunks, and
 * what the machine is made of. That is a worker's work (src/machine/loader.ts), which also unpacks it while
 * the page puts itself together.
 */
export function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, path }) {
        // A frame fetches nothing before its reader asks for it.
        if (path !== '/index.html') return undefined;
        const described = JSON.parse(readFileSync(manifest, 'utf8')) as Described;
        const files = Object.values(bundle ?? {});
        const loader = files.find(({ fileName }) => /^assets\/loader-[^/]*\.js$/.test(fileName));
        if (!loader) throw new Error('preload: the bundle has no loader of the machine');
        const tags: HtmlTagDescriptor[] = [
          {
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'fetch',
              href: './machine/machine.json',
              crossorigin: '',
            },
            injectTo: 'head',
          },
        ];
        for (const file of files) {
          if (file.type !== 'chunk' || !wanted.includes(file.name)) continue;
          if (later.test(file.facadeModuleId ?? '')) continue;
          tags.push({
            tag: 'link',
            attrs: { rel: 'modulepreload', href: `./${file.fileName}`, crossorigin: '' },
            injectTo: 'head',
          });
        }
        // Before any style sheet, which a script would wait for, and after the encoding, which comes first.
        const script = `<script>${start(loader.fileName, described)}</script>`;
        const early = html.replace(/<meta charset="[^"]*" \/>/, (charset) => charset + script);
        if (early === html) throw new Error('preload: index.html does not name its encoding');
        return { html: early, tags };
      },
    },
  };
}

/** What `startLoader` (src/machine/ahead.ts) does, before any of the page's code is here. */
function start(file: string, { state, sha256 }: Described): string {
  return `(function () {
  if (typeof Worker !== 'function' || typeof WebAssembly !== 'object') return;
  var channel = new MessageChannel();
  var loader = { worker: new Worker('./${file}'), port: channel.port1, state: '${state}', failed: false };
  loader.worker.onerror = function () { loader.failed = true; };
  var aside = false;
  try { aside = Number(localStorage.getItem('${FAILURES}')) > 1; } catch (error) { /* blocked */ }
  var order = {
    root: new URL('machine/', document.baseURI).href, state: '${state}', port: channel.port2,
    session: { build: '${sha256}', aside: aside }
  };
  loader.worker.postMessage(order, [channel.port2]);
  window.loader = loader;
})();`;
}
