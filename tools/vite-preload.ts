import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';

const manifest = resolve(import.meta.dirname, '../build/machine/machine.json');

/**
 * Lets the browser fetch what every visit needs as soon as it has read the page: the machine's memory and the
 * emulator, which the page's code would ask for only once it runs.
 */
export function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const { state } = JSON.parse(readFileSync(manifest, 'utf8')) as { state: string };
        const tags = [state, 'v86.wasm.gz'].map((name): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'fetch', href: `./machine/${name}`, crossorigin: '' },
          injectTo: 'head',
        }));
        for (const file of Object.values(bundle ?? {})) {
          if (file.type !== 'chunk' || !['v86', 'xterm'].includes(file.name)) continue;
          tags.push({
            tag: 'link',
            attrs: { rel: 'modulepreload', href: `./${file.fileName}`, crossorigin: '' },
            injectTo: 'head',
          });
        }
        return tags;
      },
    },
  };
}
