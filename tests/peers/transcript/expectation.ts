/** Comparing what was printed with what a transcript says, and two outputs with each other. */

/** What the fields that change from run to run look like; in a transcript a name stands in `<…>`. */
const FIELDS = {
  id: '[0-9a-f]{64}',
  short: '[0-9a-f]{12}',
  // what Docker says instead of a time: `<ago> ago`, `Up <ago>`
  ago: '(?:Less than a second|About a minute|About an hour|\\d+ (?:second|minute|hour|day|week|month|year)s?)',
  size: '\\d+(?:\\.\\d+)?(?:[kKMGT]i?)?B',
  percent: '\\d+\\.\\d\\d%',
  n: '\\d+',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)',
  // as Go prints a time for people
  date: '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? [+-]\\d{4} [A-Z]{3}',
  clock: '\\d\\d:\\d\\d(?::\\d\\d)?',
  ip: '\\d{1,3}(?:\\.\\d{1,3}){3}',
  mac: '[0-9a-f]{2}(?::[0-9a-f]{2}){5}',
  // of a container that got none: adjective_surname
  name: '[a-z]+_[a-z]+\\d*',
} as const;

type Field = keyof typeof FIELDS;

/** Fields that are looked for in any output before it is compared with another, the longest first. */
const EVERYWHERE: readonly Field[] = ['id', 'short', 'date', 'time', 'mac', 'ip'];

/** Stands for: anything on the rest of this line; any lines; the end without a newline; a carriage return. */
const OTHERS: Readonly<Record<string, string>> = {
  '<...>': '[^\\n]*?',
  '<cr>': '\\r',
};

/**
 * A pattern for the whole of an output. Runs of spaces count as one run, since tables are as wide as their
 * volatile fields; how tables are laid out is compared to the letter in `cli/`.
 */
export function patternOf(expected: string): RegExp {
  const lines = normal(expected)
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
  const source = lines.map((line) => (line === '...\n' ? '(?:[^\\n]*\\n)*?' : patternOfLine(line)));
  return new RegExp(`^${source.join('').replace(/<eof>\\?\n$|<eof>\n$/, '')}$`);
}

function patternOfLine(line: string): string {
  return line
    .split(/(<[a-z.]+>)/)
    .map((part) => {
      const name = part.slice(1, -1);
      if (part in OTHERS) return OTHERS[part];
      return part.startsWith('<') && name in FIELDS
        ? FIELDS[name as Field]
        : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
}

/** An output with runs of spaces as two, and none at the ends of lines. */
export function normal(text: string): string {
  return text.replace(/[ \t]{2,}/g, '  ').replace(/[ \t]+$/gm, '');
}

/**
 * An output without its volatile fields, for a comparison with another of the same command: what the
 * transcript names, and what looks like an ID, a time or an address anywhere.
 */
export function masked(text: string, expected: string): string {
  const named = [...expected.matchAll(/<([a-z]+)>/g)].map(([, name = '']) => name);
  const fields = [...EVERYWHERE, ...named.filter((name) => name in FIELDS)] as Field[];
  let result = normal(text);
  for (const field of new Set(fields)) {
    const bounded = `(?<![\\w.])${FIELDS[field]}(?![\\w])`;
    result = result.replace(new RegExp(bounded, 'g'), `<${field}>`);
  }
  return result;
}
