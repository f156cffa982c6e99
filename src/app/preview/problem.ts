/** Why a previewed page could not be had, as far as a reader's next step differs. */
export const problemKinds = ['refused', 'reset', 'silent', 'noHttp', 'off', 'unknown'] as const;
export type ProblemKind = (typeof problemKinds)[number];

export interface Problem {
  readonly kind: ProblemKind;
  /** What happened, as the part that failed says it (English). */
  readonly cause: string;
}

/** The machine's error codes (src/machine/errors.ts) that have a sentence of their own. */
const kinds: Readonly<Record<string, ProblemKind>> = {
  'connection-refused': 'refused',
  'connection-reset': 'reset',
  'connection-timeout': 'silent',
  'bad-http': 'noHttp',
  crashed: 'off',
  destroyed: 'off',
};

export function problemOf(thrown: unknown): Problem {
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  const code =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  return { kind: kinds[code] ?? 'unknown', cause };
}

/** The name under which a page that stands for one that could not be had tells the frame why. */
const MARK = 'bottle-preview';

/** A page in place of one that could not be had: for a tab of its own, since the pane says it in its own way. */
export function failurePage({ kind, cause }: Problem, language: string, sentence: string): string {
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="${MARK}" content="${kind}">
<meta name="color-scheme" content="light dark">
<title>502</title>
<p>${escaped(sentence)}</p>
<p><small>${escaped(cause)}</small></p>
`;
}

/** What the page in a frame says of itself, when it is such a page. */
export function problemIn(document: Document): Problem | null {
  const said = document.querySelector<HTMLMetaElement>(`meta[name="${MARK}"]`)?.content;
  const kind = problemKinds.find((each) => each === said);
  return kind === undefined
    ? null
    : { kind, cause: document.querySelector('small')?.textContent ?? '' };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
