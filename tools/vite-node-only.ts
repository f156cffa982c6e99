import type { Plugin } from 'vite';

const modules = /^(node:)?(fs|fs\/promises|crypto|perf_hooks)$/;
const empty = '\0node-only';

/**
 * The emulator names modules of Node that it asks for only under Node. In the page they are empty, which is what
 * Vite would make of them too, with a warning for each.
 */
export function nodeOnly(): Plugin {
  return {
    name: 'node-only',
    enforce: 'pre',
    apply: 'build',
    resolveId(id, importer) {
      return modules.test(id) && importer?.includes('/node_modules/v86/') === true ? empty : null;
    },
    load(id) {
      return id === empty ? 'export default {};' : null;
    },
  };
}
