/** Something in a Dockerfile that cannot be; the sentence is Docker's. */
export class DockerfileError extends Error {
  /** The sentence without the line. */
  readonly reason: string;
  /** Where the instruction begins, counted from 1; 0 when it is not about one line. */
  readonly line: number;

  constructor(reason: string, line: number) {
    super(line > 0 ? `dockerfile parse error on line ${line}: ${reason}` : reason);
    this.name = 'DockerfileError';
    this.reason = reason;
    this.line = line;
  }
}

/** Runs `work`; what it throws gets the line, unless it has one. */
export function atLine<T>(line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DockerfileError) throw error;
    throw new DockerfileError(error instanceof Error ? error.message : String(error), line);
  }
}

/** ` (did you mean RUN?)` when one of the words is at most two letters away, else ''. */
export function suggestion(word: string, known: readonly string[]): string {
  let best = '';
  let least = 3;
  for (const other of known) {
    const distance = editDistance(word.toLowerCase(), other.toLowerCase());
    if (distance === 0) return '';
    if (distance >= least) continue;
    least = distance;
    best = other;
  }
  if (best === '') return '';
  const cased = word === word.toLowerCase() ? best.toLowerCase() : best;
  return ` (did you mean ${cased}?)`;
}

/** Levenshtein's: letters to insert, to remove or to change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
