export { Cancellation } from './cancellation.ts';
export { pull } from './pull.ts';
export type { ProgressMessage } from './progress.ts';
