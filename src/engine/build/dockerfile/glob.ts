/** Shell patterns of parameter expansion: `${name#pattern}`, `${name%pattern}`, `${name/pattern/x}`. */

const SPECIAL = /[[\]{}.+()|^$]/;

/** `*` any text, `?` one character, `\` takes a meaning away (of `*`, `?` and itself). */
function toRegex(pattern: string, greedy: boolean, start: string, end: string): RegExp {
  const chars = Array.from(pattern);
  let source = start;
  for (let at = 0; at < chars.length; at++) {
    let char = chars[at] ?? '';
    if (char === '*') source += greedy ? '.*' : '.*?';
    else if (char === '?') source += '.';
    else if (char === '\\') {
      const next = chars[at + 1] ?? '';
      // Escaped only for the sake of `${…}`.
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') {
        throw new Error(`invalid pattern (${pattern}) in substitution: invalid escape '\\${next}'`);
      }
      char = next;
      at++;
      source += `\\${char}`;
    } else source += SPECIAL.test(char) ? `\\${char}` : char;
  }
  return new RegExp(source + end, 'u');
}

/** Without the shortest (or longest) beginning that fits. */
export function trimPrefix(value: string, pattern: string, longest: boolean): string {
  const match = toRegex(pattern, longest, '^', '').exec(value);
  return match === null ? value : value.slice(match[0].length);
}

/** Without the shortest (or longest) end that fits. */
export function trimSuffix(value: string, pattern: string, longest: boolean): string {
  const whole = toRegex(pattern, longest, '^', '$');
  const starts = Array.from({ length: value.length + 1 }, (_, start) => start);
  const start = (longest ? starts : starts.reverse()).find((from) => whole.test(value.slice(from)));
  return start === undefined ? value : value.slice(0, start);
}

/** With the first (or every) longest match replaced. */
export function replace(value: string, pattern: string, by: string, all: boolean): string {
  const found = toRegex(pattern, true, '', '');
  return value.replace(all ? new RegExp(found.source, 'gu') : found, () => by);
}
