import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Language } from '../messages/language.ts';
import { languageOf, languageSupport } from './languages.ts';
import { look } from './look.ts';
import { editorPhrases } from './messages.ts';

/** What every file's editor has. */
export function extensionsOf(
  path: string,
  text: string,
  label: () => Readonly<Record<string, string>>,
  language: () => Language,
): Extension {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search(),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
    indentUnit.of('  '),
    EditorState.tabSize.of(4),
    EditorState.phrases.of(editorPhrases[language()]),
    // Text that can be edited can be focused; the attribute says so to programs that look for it.
    EditorView.contentAttributes.of(() => ({ tabindex: '0', ...label() })),
    look,
    languageSupport(languageOf(path, text), language),
  ];
}
