/** One figure of `npm run bench`, as `--json` writes it. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** What it is compared with, measured in the same run. */
  readonly peer?: string;
  readonly peerMedian?: number;
  /** Ours over the peer's. */
  readonly ratio?: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** A figure out of its measurements, beside those of a peer when there is one. */
export function result(
  name: string,
  unit: string,
  values: readonly number[],
  peer?: { readonly name: string; readonly values: readonly number[] },
): Result {
  const own = {
    name,
    unit,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    runs: values.length,
  };
  if (!peer || peer.values.length === 0) return own;
  const peerMedian = median(peer.values);
  return { ...own, peer: peer.name, peerMedian, ratio: own.median / peerMedian };
}

/** A line of the table that is printed. */
export function line(figure: Result): string {
  const number = (value: number): string => value.toPrecision(3);
  const own = `${figure.name.padEnd(18)} ${number(figure.median).padStart(9)} ${figure.unit.padEnd(5)} (${number(figure.min)} to ${number(figure.max)}, ${String(figure.runs)} runs)`;
  if (figure.peer === undefined) return own;
  return `${own}  ${figure.peer}: ${number(figure.peerMedian ?? 0)}, ratio ${number(figure.ratio ?? 0)}`;
}
