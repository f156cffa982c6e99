export { parseConfiguration } from './configuration.ts';
export type {
  Healthcheck,
  HistoryEntry,
  ImageConfiguration,
  RunConfiguration,
} from './configuration.ts';
export { ImageError } from './errors.ts';
export { history } from './history.ts';
export type { HistoryStep } from './history.ts';
export type { Layer, LayerStore } from './layers.ts';
export * from './reference.ts';
export { removeImage } from './remove.ts';
export type { Removed, RemoveOptions } from './remove.ts';
export { ImageStore } from './store.ts';
export type { Image, ImageEvent, ImageStoreOptions } from './store.ts';
