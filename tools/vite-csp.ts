import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * Writes the content security policy into the built page. Scripts come from the page's own folder; the one
 * inline script is named by its hash. Styles may be inline, since xterm.js measures and colours with them.
 * The only frame is the preview's, whose pages are at addresses of the site's own, and nothing leads it elsewhere.
 * Registries may be anywhere, and data that the guest fetches is never run by the page. The emulator compiles WebAssembly while it runs, and keeps time in a worker made from a blob; the worker that
 * loads the machine is a file.
 */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
          ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
        );
        const policy = [
          "default-src 'none'",
          `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}`,
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data:",
          "font-src 'self'",
          "connect-src 'self' https: http:",
          "worker-src 'self' blob:",
          // Previews are the site's own; Node.js on the laptop (src/app/laptop) starts in a frame of its maker.
          "frame-src 'self' https://stackblitz.com",
          "base-uri 'none'",
          "form-action 'none'",
        ].join('; ');
        return {
          html,
          tags: [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
              injectTo: 'head-prepend',
            },
          ],
        };
      },
    },
  };
}
