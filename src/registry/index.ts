export { createRegistry } from './registry.ts';
export type { Registry, RegistryOptions } from './registry.ts';
export { httpStorage } from './storage/http.ts';
export { memoryStorage } from './storage/memory.ts';
export type { Storage, StoredFile } from './storage/storage.ts';
