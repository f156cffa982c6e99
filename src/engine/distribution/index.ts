export type { Credentials } from './auth.ts';
export type { Registries } from './endpoints.ts';
export { Cancellation } from './cancellation.ts';
export { login } from './login.ts';
export { pull } from './pull.ts';
export { push } from './push.ts';
export { NetworkError } from './watch.ts';
