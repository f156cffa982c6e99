/**
 * What watches the engine, decides and says why not. Fetched when there is a machine to look at: until then a lesson
 * can be read and its questions answered, and a page is there sooner.
 */
export { probesOf } from './checks/content.ts';
export { evaluate } from './checks/evaluate.ts';
export { sentences } from './reasons/index.ts';
export { EngineWatch } from './watch.ts';
