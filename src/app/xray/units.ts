/** Memory as `docker stats` shows it: 1.9 MiB. */
export const memory = (bytes: number): string => scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB']);

/** Sizes of layers and files as `docker images` shows them: 4.1 MB. */
export const size = (bytes: number): string => scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB']);

/** Time that a step took, of nanoseconds. */
export function span(nanoseconds: number): string {
  if (nanoseconds < 1e3) return '< 1 µs';
  if (nanoseconds < 1e6) return `${String(Math.round(nanoseconds / 1e3))} µs`;
  const ms = nanoseconds / 1e6;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${ms.toFixed(0)} ms`;
}

/** Seconds with one decimal, of milliseconds. */
export const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);

/** Per cent of one processor, of thousandths. */
export const percent = (thousandths: number): string =>
  `${(thousandths / 10).toFixed(thousandths < 100 ? 1 : 0)} %`;

function scaled(bytes: number, step: number, units: readonly string[]): string {
  let value = bytes;
  let at = 0;
  while (value >= step && at < units.length - 1) {
    value /= step;
    at++;
  }
  const digits = value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
  return `${digits} ${units[at] ?? ''}`;
}
