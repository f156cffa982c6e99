import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { yaml } from '@codemirror/lang-yaml';
import { StreamLanguage, indentUnit } from '@codemirror/language';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { javascript } from '@codemirror/legacy-modes/mode/javascript';
import { nginx } from '@codemirror/legacy-modes/mode/nginx';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { html } from '@codemirror/legacy-modes/mode/xml';
import type { Extension } from '@codemirror/state';
import type { Language } from '../messages/language.ts';
import { dockerfileCheck } from './dockerfile/check.ts';

/** The languages of the course's files; any other file is plain text. */
export type LanguageName =
  'Dockerfile' | 'Python' | 'YAML' | 'Shell' | 'JSON' | 'JavaScript' | 'HTML' | 'nginx' | 'Text';

const endings: Readonly<Record<string, LanguageName>> = {
  dockerfile: 'Dockerfile',
  py: 'Python',
  yaml: 'YAML',
  yml: 'YAML',
  sh: 'Shell',
  env: 'Shell',
  json: 'JSON',
  js: 'JavaScript',
  mjs: 'JavaScript',
  html: 'HTML',
  htm: 'HTML',
};

/** What a file is written in, by its name, or else by the interpreter that its first line names. */
export function languageOf(path: string, text: string): LanguageName {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^(dockerfile|containerfile)(\.|$)/.test(name)) return 'Dockerfile';
  if (name === 'nginx.conf' || name === 'default.conf') return 'nginx';
  const known = endings[/\.([^.]+)$/.exec(name)?.[1] ?? ''];
  if (known) return known;
  const interpreter = /^#!.*?(python|sh)/.exec(text.slice(0, 80))?.[1];
  return interpreter === 'python' ? 'Python' : interpreter === 'sh' ? 'Shell' : 'Text';
}

/**
 * Colours, indentation and comments of a language, and what is wrong with the text where something knows.
 *
 * @param spoken the reader's language
 */
export function languageSupport(name: LanguageName, spoken: () => Language): Extension {
  switch (name) {
    case 'Dockerfile':
      return [StreamLanguage.define(dockerFile), dockerfileCheck(spoken)];
    case 'Python':
      return [python(), indentUnit.of('    ')];
    case 'YAML':
      return yaml();
    case 'Shell':
      return StreamLanguage.define(shell);
    case 'JSON':
      return json();
    case 'JavaScript':
      return StreamLanguage.define(javascript);
    case 'HTML':
      return StreamLanguage.define(html);
    case 'nginx':
      return StreamLanguage.define(nginx);
    case 'Text':
      return [];
  }
}
