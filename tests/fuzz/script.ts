/**
 * Fuzzes one target in TypeScript with fast-check, in a thread of its own: whoever started it sees by the
 * shared memory which input it is at, and for how long.
 */
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';

/** What the thread is given. `progress` holds a count of inputs, the length of the last one, and its bytes. */
export interface Task {
  readonly target: string;
  /** The corpus. */
  readonly seeds: readonly string[];
  readonly milliseconds: number;
  readonly seed: number;
  readonly progress: SharedArrayBuffer;
}

/** What it answers; `found` is the smallest input that fails, or null. */
export interface Outcome {
  readonly runs: number;
  readonly found: string | null;
  readonly error: string;
}

/** Values at which parsers break. */
const ODD = [
  '-1',
  '1e400',
  '0',
  '9007199254740993',
  'null',
  '""',
  '\0',
  '\ud800',
  '%',
  '../',
  '[]',
  '{}',
];
const DEEP = ['[', '{"a":', '{{if 1}}', '(', '"'].map((open) => open.repeat(3000));

/** Texts that are one of the corpus with some of its words exchanged, taken out, doubled or put elsewhere. */
function mutations(seeds: readonly string[]): fc.Arbitrary<string> {
  const words = [...new Set(seeds.flatMap((seed) => seed.match(/\w+|\s+|[^\w\s]/gu) ?? []))];
  const piece = fc.oneof(
    { arbitrary: fc.constantFrom(...words), weight: 6 },
    { arbitrary: fc.constantFrom(...ODD), weight: 3 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 8 }), weight: 1 },
    { arbitrary: fc.constantFrom(...DEEP), weight: 1 },
  );
  const change = fc.tuple(fc.nat(), fc.nat(3), piece);
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 8 }))
    .map(([seed, changes]) => {
      const parts = seed.match(/\w+|\s+|[^\w\s]/gu) ?? [''];
      for (const [place, how, with_] of changes) {
        const at = place % parts.length;
        if (how === 0) parts.splice(at, 1, with_);
        else if (how === 1) parts.splice(at, 0, with_);
        else if (how === 2) parts.splice(at, 1);
        else parts.splice(at, 0, ...parts.slice(at, at + 5));
        if (parts.length === 0) parts.push('');
      }
      return parts.join('');
    });
}

async function work({ target, seeds, milliseconds, seed, progress }: Task): Promise<Outcome> {
  const { fuzz } = (await import(`./targets/${target}.ts`)) as { fuzz: (data: Uint8Array) => void };
  const [counts, bytes] = [new Int32Array(progress, 0, 2), new Uint8Array(progress, 8)];
  const encoder = new TextEncoder();
  const input = fc.oneof(
    { arbitrary: mutations(seeds), weight: 8 },
    { arbitrary: fc.json({ maxDepth: 4 }), weight: 1 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 100 }), weight: 1 },
  );
  const details = fc.check(
    fc.property(input, (text) => {
      const data = encoder.encode(text);
      bytes.set(data.subarray(0, bytes.length));
      counts[1] = Math.min(data.length, bytes.length);
      Atomics.add(counts, 0, 1);
      fuzz(data);
    }),
    { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: milliseconds },
  );
  const [found = null] = details.counterexample ?? [];
  const { errorInstance } = details;
  return {
    runs: Atomics.load(counts, 0),
    found: details.failed ? found : null,
    error: errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : '',
  };
}

// The data of the thread is what `main.ts` gave it.
parentPort?.postMessage(await work(workerData as Task));
