/** `npm start`: whatever is missing is made, then the built site is served and its address printed. */
import { ensureDependencies, ensureSnapshot, run } from './ensure.mjs';

ensureDependencies();
ensureSnapshot();
run('npx', ['vite', 'build', '--logLevel', 'warn']);
console.log('Ship in a Bottle is ready:');
run('npx', ['vite', 'preview', ...process.argv.slice(2)]);
