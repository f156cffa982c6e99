/** The key in localStorage: how often in a row a saved machine has failed as it was restored. The page's first lines read it. */
export const FAILURES = 'machine.failures';

/** Twice is enough: the state is put aside then. */
export function failedBefore(): boolean {
  return count() > 1;
}

/** A saved machine is about to run: whatever ends the page before `succeeded` was its doing. */
export function trying(): void {
  put(count() + 1);
}

/** It runs, or the page was closed in good order. */
export function succeeded(): void {
  put(0);
}

function count(): number {
  try {
    return Number(localStorage.getItem(FAILURES) ?? 0);
  } catch {
    return 0; // storage is blocked: then nothing was saved either
  }
}

function put(failures: number): void {
  try {
    if (failures === 0) localStorage.removeItem(FAILURES);
    else localStorage.setItem(FAILURES, String(failures));
  } catch {
    // as above
  }
}
