export { ImageError } from './errors.ts';
export { history } from './history.ts';
export * from './reference.ts';
export { removeImage } from './remove.ts';
export { ImageStore } from './store.ts';
export type { Image } from './store.ts';
