export type { Registry } from './application.ts';
export { createReader, untilPushed } from './reader.ts';
export { createRegistry } from './registry.ts';
export type { RegistryOptions } from './registry.ts';
export { httpStorage } from './storage/http.ts';
export { memoryStorage, memoryStore } from './storage/memory.ts';
export type { Storage, StoredFile } from './storage/storage.ts';
export type { Store } from './storage/store.ts';
