/** What is wrong with a Dockerfile before it is built. Comes with the first one that is opened. */
import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import { Util } from 'dockerfile-ast/lib/util.js';
import { ValidationCode, validate } from 'dockerfile-utils';
import type { Language } from '../../messages/language.ts';
import { korean } from './korean.ts';
import type { Problem } from './korean.ts';

// The parser looks for a byte order mark with Node's Buffer, which a page does not have.
Util.isUTF8BOM = (first: string): boolean => first === '\ufeff';

/** Of the protocol of language servers, which the checker's answers are in. */
const ERROR = 1;

/** Its problems, first line first. A file in which nothing is written yet has none. */
export function problemsOf(doc: Text, language: Language): Diagnostic[] {
  const text = doc.toString();
  if (text.trim() === '') return [];
  return validate(text)
    .map(({ range, severity, code, message }): Diagnostic => {
      const from = offset(doc, range.start);
      const to = Math.max(from, offset(doc, range.end));
      const known = typeof code === 'number' ? nameOf(code) : undefined;
      return {
        from,
        to,
        severity: severity === ERROR ? 'error' : 'warning',
        message:
          language === 'ko' && known !== undefined
            ? korean[known](doc.sliceString(from, to).trim())
            : typeof message === 'string'
              ? message
              : message.value,
      };
    })
    .sort((a, b) => a.from - b.from);
}

function nameOf(code: number): Problem | undefined {
  const name = ValidationCode[code];
  return name !== undefined && name in korean ? (name as Problem) : undefined;
}

function offset(
  doc: Text,
  { line, character }: { readonly line: number; readonly character: number },
): number {
  const found = doc.line(Math.min(line + 1, doc.lines));
  return Math.min(found.from + character, found.to);
}
