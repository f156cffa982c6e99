import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { isInPart } from './tests/part.ts';
import { contentSecurityPolicy } from './tools/vite-csp.ts';
import { embed } from './tools/vite-embed.ts';
import { fonts } from './tools/vite-fonts.ts';
import { isolation } from './tools/vite-isolation.ts';
import { lessons } from './tools/vite-lessons.ts';
import { machine } from './tools/vite-machine.ts';
import { nodeOnly } from './tools/vite-node-only.ts';
import { preload } from './tools/vite-preload.ts';
import { worker } from './tools/vite-worker.ts';

/** Suites in the guest of one feature each, which take turns (`tests/part.ts`); the others run every time. */
const WIDE = [
  'archive',
  'options',
  'packages',
  'registries',
  'share',
  'bottle',
  'commit',
  'health',
  'restart',
  'volumes',
  'completion',
];

/** The same of the page's parts. */
const WIDE_PAGES = [
  'xray',
  'embed',
  'session',
  'restored',
  'laptop',
  'offline',
  'preview',
  'neighbours',
  'scorm',
  'registries',
  'touch',
  'gallery',
  'dockerfile',
  'guestbook',
];

/** What the suites share that wait for a machine, on a computer that may do much else meanwhile. */
const WITH_A_MACHINE = {
  hookTimeout: 120_000,
  fileParallelism: false,
  expect: { poll: { timeout: 60_000 } },
};

/** Every suite is a Vitest project: `npx vitest --project unit` runs one of them alone. */
export default defineConfig({
  base: './',
  plugins: [
    svelte(),
    lessons(),
    machine(),
    nodeOnly(),
    preload(),
    contentSecurityPolicy(),
    fonts(),
    embed(),
    isolation(),
    worker(),
  ],
  build: {
    target: 'es2022',
    // Fonts are fetched when their characters are shown, and the content security policy knows no data: fonts.
    assetsInlineLimit: (file) => (file.endsWith('.woff2') ? false : undefined),
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: ['index.html', 'embed.html'],
      // Making the snapshot within a build takes its time, and says so itself.
      checks: { bundlerTimings: false },
      output: {
        // The two big libraries are chunks of their own, so that a change of the page leaves them cached.
        codeSplitting: {
          groups: [
            // Without a place of its own the helper would sit in v86, and the page would wait for that.
            { name: 'helper', test: /vite\/preload-helper/, priority: 1 },
            { name: 'v86', test: /node_modules\/v86\// },
            { name: 'xterm', test: /node_modules\/@xterm\// },
          ],
        },
      },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'guest/**/*.test.ts', 'tests/fuzz/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'guest',
          include: ['tests/guest/**/*.test.ts'],
          exclude: WIDE.filter((_, index) => !isInPart(index)).map(
            (name) => `tests/guest/${name}.test.ts`,
          ),
          testTimeout: 120_000,
          ...WITH_A_MACHINE,
        },
      },
      {
        test: {
          name: 'lessons',
          include: ['tests/lessons/**/*.test.ts'],
          testTimeout: 240_000,
          ...WITH_A_MACHINE,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: WIDE_PAGES.filter((_, index) => !isInPart(index)).map(
            (name) => `tests/browser/${name}.test.ts`,
          ),
          globalSetup: ['tests/browser/site.ts'],
          testTimeout: 240_000,
          ...WITH_A_MACHINE,
        },
      },
      {
        test: {
          name: 'peers',
          include: ['tests/peers/**/*.test.ts'],
          testTimeout: 240_000,
          ...WITH_A_MACHINE,
        },
      },
    ],
  },
});
