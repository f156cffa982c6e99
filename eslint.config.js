import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/**
 * Who may import whom (ARCHITECTURE.md): each folder names the folders that it must not reach into.
 * `npm run lint` fails on the first import against the direction.
 */
const forbid = (files, folders, extra = []) => ({
  files: [`${files}/**/*.ts`, `${files}/**/*.svelte`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...folders.map((folder) => ({
            group: [`**/${folder}/**`],
            message: `${files} must not import ${folder} (see ARCHITECTURE.md).`,
          })),
          ...extra,
        ],
      },
    ],
  },
});

const noV86 = { group: ['v86', 'v86/*'], message: 'only src/machine imports v86.' };
const noSvelte = { group: ['svelte', 'svelte/*'], message: 'runs without Svelte.' };
const noNative = {
  group: ['**/sys/quickjs.ts', 'bottle:sys'],
  message: 'reach the kernel through sys/sys.ts; only main.ts binds the native module.',
};
const concepts = ['namespaces', 'cgroups', 'rootfs', 'network'];

export default ts.config(
  { ignores: ['dist/', 'build/', 'public/', 'node_modules/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-undef': 'off',
      // Browser globals that a forgotten import would reach in silence.
      'no-restricted-globals': ['error', 'escape', 'unescape', 'event', 'name', 'status', 'length'],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  forbid(
    'src/protocol',
    ['engine', 'machine', 'registry', 'course', 'app', 'embed'],
    [noV86, noSvelte],
  ),
  forbid('src/engine', ['machine', 'registry', 'course', 'app', 'embed'], [noV86, noSvelte]),
  forbid('src/registry', ['engine', 'machine', 'course', 'app', 'embed'], [noV86, noSvelte]),
  forbid('src/packages', ['engine', 'machine', 'course', 'app', 'embed'], [noV86, noSvelte]),
  forbid('src/machine', ['engine', 'course', 'app', 'embed'], [noSvelte]),
  forbid('src/course', ['engine', 'machine', 'registry', 'app', 'embed'], [noV86, noSvelte]),
  forbid('src/app', ['engine'], [noV86]),
  forbid(
    'src/worker',
    ['engine', 'machine', 'registry', 'course', 'app', 'embed'],
    [noV86, noSvelte],
  ),
  forbid(
    'src/embed',
    ['engine', 'machine', 'registry', 'packages', 'course', 'app', 'protocol'],
    [noV86, noSvelte],
  ),
  {
    // The engine's inner rules come with the outer ones repeated: a later block replaces an earlier.
    files: ['src/engine/*/**/*.ts'],
    ignores: ['**/*.test.ts', 'src/engine/sys/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...['machine', 'registry', 'course', 'app', 'embed'].map((folder) => ({
              group: [`**/../${folder}/**`],
              message: `src/engine must not import ${folder}.`,
            })),
            noNative,
          ],
        },
      ],
    },
  },
  ...concepts.map((concept) => ({
    files: [`src/engine/${concept}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            noNative,
            ...[
              ...concepts.filter((other) => other !== concept),
              'container',
              'api',
              'cli',
              'daemon',
            ].map((other) => ({
              group: [`**/${other}/**`],
              message: `the concept folders never import each other; container composes them.`,
            })),
          ],
        },
      ],
    },
  })),
  {
    files: ['src/engine/cli/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            noNative,
            ...['api', 'container', 'image', 'distribution', 'daemon', ...concepts].map(
              (folder) => ({
                group: [`**/../${folder}/**`],
                message: 'cli knows only the Engine API.',
              }),
            ),
          ],
        },
      ],
    },
  },
);
