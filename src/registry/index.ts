export { createRegistry } from './registry.ts';
export type { Registry, RegistryOptions } from './registry.ts';
export { httpStorage } from './storage/http.ts';
export { indexedDbStore } from './storage/indexed-db.ts';
export { memoryStorage, memoryStore } from './storage/memory.ts';
export type { Store } from './storage/store.ts';
export type { Storage, StoredFile } from './storage/storage.ts';
