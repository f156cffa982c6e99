/** The part of localStorage that the page uses. */
export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * The browser's storage. Throws where storage is blocked: even naming localStorage does then, which is why
 * this is a function and its callers are ready for it.
 */
export function browserStorage(): KeyValue {
  return window.localStorage;
}
