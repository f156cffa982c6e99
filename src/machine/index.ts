export type { Console } from './console.ts';
export type { RequestOptions } from './http/client.ts';
export { serveHttp } from './http/server.ts';
export { Machine } from './machine.ts';
export { serveRegistry } from './registry.ts';
