import { linter, nextDiagnostic, previousDiagnostic } from '@codemirror/lint';
import { StateEffect } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { Language } from '../../messages/language.ts';

/** Asks for the sentences anew: the page's language is another one now. */
export const checkAgain = StateEffect.define();

/** How long after the last key the file is looked at, in ms: nobody is told of a word that is half written. */
const REST = 600;

/** Looks at a Dockerfile while it is written; F8 and Shift F8 go from problem to problem. */
export function dockerfileCheck(language: () => Language): Extension {
  return [
    linter(
      async ({ state }) => {
        const { problemsOf } = await import('./problems.ts');
        return problemsOf(state.doc, language());
      },
      {
        delay: REST,
        needsRefresh: ({ transactions }) =>
          transactions.some(({ effects }) => effects.some((effect) => effect.is(checkAgain))),
      },
    ),
    keymap.of([
      { key: 'F8', run: nextDiagnostic },
      { key: 'Shift-F8', run: previousDiagnostic },
    ]),
    look,
  ];
}

/** Underlined as text is, and not by a picture, which the page's policy would have to allow. */
const look = EditorView.theme({
  '.cm-lintRange': { backgroundImage: 'none !important', textUnderlineOffset: '3px' },
  '.cm-lintRange-error': { textDecoration: 'underline wavy var(--bad)' },
  '.cm-lintRange-warning': { textDecoration: 'underline wavy var(--accent)' },
  '.cm-lintRange-active': { backgroundColor: 'var(--accent-wash)' },
  '.cm-lintPoint::after': { display: 'none' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
  },
  '.cm-diagnostic': { borderLeft: '0', padding: '0.375rem 0.625rem', fontSize: '0.8125rem' },
});
