import { browserStorage } from '../state/storage.ts';
import type { KeyValue } from '../state/storage.ts';

/** What the reader chose on the page itself is honoured in a frame too: text size, screen-reader mode. */
const READ = 'settings';

/**
 * Storage of an embedded page: what it keeps ends with it. A frame begins as its poster says, with a fresh machine,
 * and two of them on one page are two; nor does it change what the reader keeps on the page itself.
 */
export function frameStorage(): () => KeyValue {
  const kept = new Map<string, string>();
  const storage: KeyValue = {
    getItem(key) {
      return kept.get(key) ?? (key === READ ? elsewhere(key) : null);
    },
    setItem(key, value) {
      kept.set(key, value);
    },
  };
  return () => storage;
}

/** Many browsers let a frame of another site keep nothing, which is nothing to tell its reader. */
function elsewhere(key: string): string | null {
  try {
    return browserStorage().getItem(key);
  } catch {
    return null;
  }
}
