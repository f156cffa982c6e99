/** RFC 3339 with nanoseconds, as the API and the logs write times, to other forms. */

/** Seconds since the epoch, and the nanoseconds of that second as nine digits. */
function split(timestamp: string): readonly [seconds: string, nanoseconds: string] {
  const [whole = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  return [String(Date.parse(`${whole}Z`) / 1000), fraction.padEnd(9, '0').slice(0, 9)];
}

/** Whole seconds since the epoch. */
export function unixSeconds(timestamp: string): number {
  return Number(split(timestamp)[0]);
}

/** Nanoseconds since the epoch, as digits: a double cannot hold them. */
export function unixNanoseconds(timestamp: string): string {
  return split(timestamp).join('');
}

/**
 * A time that a client gave in a query: seconds with an optional fraction, or RFC 3339. As
 * nanoseconds since the epoch; null when it is neither.
 */
export function parseTime(text: string): bigint | null {
  const number = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (number) return BigInt((number[1] ?? '') + (number[2] ?? '').padEnd(9, '0'));
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : BigInt(milliseconds) * 1_000_000n;
}

/** Nanoseconds since the epoch to RFC 3339. */
export function fromNanoseconds(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
