/**
 * Patterns for names, as Go's `filepath.Match` has them: `*` and `?` never match a slash, `[a-z]`
 * and `[^a-z]` are sets, `\` takes a meaning away. Throws Go's sentence for a malformed one.
 */
export function globRegex(pattern: string): RegExp {
  const chars = Array.from(pattern);
  let source = '^';
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') source += literal(taken(chars[++at]));
    else if (char === '[') {
      const set = readSet(chars, at + 1);
      source += set.source;
      at = set.end;
    } else source += literal(char);
  }
  return new RegExp(`${source}$`, 'u');
}

/** Whether a name has something in it that {@link globRegex} would not take as it is. */
export function hasGlob(name: string): boolean {
  return /[*?[]/.test(name.replace(/\\./g, ''));
}

/** The pattern without its escapes: the name that it means when {@link hasGlob} says no. */
export function unescapeGlob(name: string): string {
  return name.replace(/\\(.)/g, '$1');
}

function literal(char: string): string {
  return /^[\\^$.*+?()[\]{}|/]$/.test(char) ? `\\${char}` : char;
}

function taken(char: string | undefined): string {
  if (char === undefined) throw new Error('syntax error in pattern');
  return char;
}

/** A set from behind its `[`; `end` is where its `]` stands. */
function readSet(chars: readonly string[], from: number): { source: string; end: number } {
  let at = from;
  const inverted = chars[at] === '^';
  if (inverted) at++;
  let source = '';
  const one = (): string => {
    let char = taken(chars[at++]);
    if (char === '-' || char === ']') throw new Error('syntax error in pattern');
    if (char === '\\') char = taken(chars[at++]);
    return /^[\\\]^[-]$/.test(char) ? `\\${char}` : char;
  };
  do {
    const low = one();
    source += low;
    if (chars[at] === '-') {
      at++;
      const high = one();
      if (high < low) throw new Error('syntax error in pattern');
      source += `-${high}`;
    }
  } while (taken(chars[at]) !== ']');
  // A set never matches a slash, not even an inverted one.
  return { source: inverted ? `[^/${source}]` : `[${source}]`, end: at };
}
