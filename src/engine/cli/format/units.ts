/** Sizes and times as Docker shows them: `4.13MB`, `About a minute ago`. */

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes with a decimal unit and `precision` significant digits. */
export function humanSize(bytes: number, precision = 4): string {
  return scaled(bytes, 1000, DECIMAL, precision);
}

/** Bytes with a binary unit: `15.99MiB`. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

function scaled(bytes: number, base: number, names: readonly string[], precision: number): string {
  let size = bytes;
  let at = 0;
  while (size >= base && at < names.length - 1) {
    size /= base;
    at++;
  }
  return general(size, precision) + (names[at] ?? '');
}

/** C's `%.*g` for what a scaled size can be. */
function general(value: number, precision: number): string {
  const rounded = Number(value.toPrecision(precision));
  if (rounded < 10 ** precision) return String(rounded);
  const [mantissa = '', exponent = ''] = rounded.toExponential().split('e+');
  return `${mantissa}e+${exponent.padStart(2, '0')}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time span in milliseconds, in words. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(milliseconds / MINUTE);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(milliseconds / HOUR + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / DAY / 365)} years`;
}

/** How long ago an RFC 3339 time was, seen from `now` (milliseconds since the epoch). */
export function ago(time: string, now: number): string {
  return `${humanDuration(now - instant(time))} ago`;
}

/** RFC 3339 with any number of digits behind the second, as milliseconds since the epoch. */
export function instant(time: string): number {
  const match = /^(\d+-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return Number.NaN;
  const [, seconds = '', fraction = '', zone = ''] = match;
  return Date.parse(`${seconds}.${fraction.padEnd(3, '0')}${zone}`);
}

/** Seconds since the epoch as Go prints a time in UTC: `2026-01-01 00:00:00 +0000 UTC`. */
export function goTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

const SIZE = /^(\d+(?:\.\d+)*) ?([kmgtpKMGTP])?([iI])?[bB]?$/;

/**
 * A memory size with a binary unit: `16m`, `1.5g`, `1024`; in bytes.
 * @throws Error whose message ends pflag's sentence
 */
export function parseBytes(value: string): number {
  const match = SIZE.exec(value);
  const size = Number(match?.[1]);
  if (!match || Number.isNaN(size) || (match[3] && !match[2])) {
    throw new Error(`invalid size: '${value}'`);
  }
  const power = match[2] ? 'kmgtp'.indexOf(match[2].toLowerCase()) + 1 : 0;
  return Math.trunc(size * 1024 ** power);
}
