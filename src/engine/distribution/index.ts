export { Cancellation, Cancelled } from './cancellation.ts';
export { pull } from './pull.ts';
export type { PullDependencies, PullOptions } from './pull.ts';
export type { Progress, ProgressMessage } from './progress.ts';
