/** A template that is not one; the message is what Go's parser says behind the line number. */
export class TemplateSyntaxError extends Error {}

/** A word of an action. */
export interface Token {
  readonly type: 'space' | 'field' | 'variable' | 'word' | 'literal' | 'mark';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /(?<space>\s+)|(?<literal>"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])+'|[+-]?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(?<field>\.[\p{L}_][\p{L}\d_]*)|(?<variable>\$[\p{L}\d_]*)|(?<word>[\p{L}_][\p{L}\d_]*)|(?<mark>:=|[.|(),=])/uy;

/**
 * The words of an action that begins at column `start`.
 * @throws TemplateSyntaxError
 */
export function tokens(body: string, start: number): readonly Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(body)?.groups;
    const type = (['space', 'literal', 'field', 'variable', 'word', 'mark'] as const).find(
      (name) => groups?.[name] !== undefined,
    );
    if (!type) {
      const character = JSON.stringify(body.charAt(at)).slice(1, -1);
      throw new TemplateSyntaxError(`unexpected "${character}" in command`);
    }
    found.push({ type, text: groups?.[type] ?? '', at: start + at });
  }
  return found;
}

/** The value of a literal. */
export function literal(text: string): unknown {
  if (text.startsWith('`')) return text.slice(1, -1);
  if (text.startsWith("'")) return unquote(`"${text.slice(1, -1)}"`).codePointAt(0) ?? 0;
  if (text.startsWith('"')) return unquote(text);
  return Number(text.replaceAll('_', ''));
}

/** A Go string: JSON's escapes, and `\x41`, `\a`, `\v`, `\'` besides. */
function unquote(text: string): string {
  const json = text.replace(/\\(x[\da-fA-F]{2}|[av'])/g, (_, escape: string) => {
    if (escape === "'") return "'";
    const code = escape === 'a' ? '07' : escape === 'v' ? '0b' : escape.slice(1);
    return `\\u00${code}`;
  });
  try {
    return String(JSON.parse(json));
  } catch {
    throw new TemplateSyntaxError('invalid syntax');
  }
}
