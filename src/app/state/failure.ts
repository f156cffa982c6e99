/** What can go wrong with the machine, as far as a reader's next step differs. */
export type FailureKind = 'noWebAssembly' | 'download' | 'damaged' | 'crashed' | 'unknown';

export interface Failure {
  readonly kind: FailureKind;
  /** What happened, as the part that failed says it (English). */
  readonly cause: string;
}

/** The machine's error codes (src/machine/errors.ts) that have a sentence of their own on the page. */
const kinds: Readonly<Record<string, FailureKind>> = {
  'no-webassembly': 'noWebAssembly',
  'download-failed': 'download',
  'asset-damaged': 'damaged',
  'snapshot-truncated': 'damaged',
  'snapshot-rejected': 'damaged',
  crashed: 'crashed',
};

/** What the page says about something that was thrown while the machine started or ran. */
export function failureOf(thrown: unknown): Failure {
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  const code =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  // A chunk of the page itself that does not arrive is a TypeError without a code, worded by the browser.
  const chunk = /dynamically imported module|importing a module script/i.test(cause);
  return { kind: kinds[code] ?? (chunk ? 'download' : 'unknown'), cause };
}
