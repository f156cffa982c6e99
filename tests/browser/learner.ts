/** Somebody who takes a lesson in the page: types into the terminal, writes files in the editor, answers questions. */
import type { Deed } from '../../src/course/script.ts';
import type { Visitor } from './visitor.ts';

/** A file that the script writes with a here-document, written in the editor instead. */
interface Edit {
  readonly kind: 'edit';
  /** Below the learner's home directory. */
  readonly path: string;
  readonly text: string;
}

/** The deeds with `cat > FILE <<'END'` and what follows it turned into edits; `cd` tells where FILE is. */
export function withEdits(deeds: readonly Deed[], folder: { path: string }): (Deed | Edit)[] {
  const done: (Deed | Edit)[] = [];
  for (let i = 0; i < deeds.length; i++) {
    const deed = deeds[i];
    if (deed === undefined) break;
    const line = deed.kind === 'type' ? deed.line : '';
    folder.path = /\bcd ~\/(\S+)/.exec(line)?.[1] ?? folder.path;
    const [, name, end] = /^cat > (\S+) <<'(\w+)'$/.exec(line) ?? [];
    if (name === undefined) {
      done.push(deed);
      continue;
    }
    const lines: string[] = [];
    for (i++; i < deeds.length; i++) {
      const next = deeds[i];
      if (next?.kind !== 'type' || next.line === end) break;
      lines.push(`${next.line}\n`);
    }
    done.push({ kind: 'edit', path: `${folder.path}/${name}`, text: lines.join('') });
  }
  return done;
}

const words = {
  en: { open: 'Open in the editor', saved: 'Saved' },
  ko: { open: '편집기에서 열기', saved: '저장됨' },
} as const;

/** Does what a lesson's script says, and waits for the shell after each line. */
export async function act(
  visitor: Visitor,
  language: 'en' | 'ko',
  deeds: readonly (Deed | Edit)[],
): Promise<void> {
  for (const deed of deeds) {
    if (deed.kind === 'edit') await edit(visitor, language, deed);
    else if (deed.kind === 'answer') {
      await visitor.page.locator(`input[name="${deed.question}"]`).nth(deed.choice).check();
    } else await enter(visitor, deed);
  }
}

async function enter(
  visitor: Visitor,
  deed: Extract<Deed, { kind: 'type' | 'press' }>,
): Promise<void> {
  await visitor.focusTerminal();
  if (deed.kind === 'press') {
    for (const key of deed.keys) {
      const control = `Control+${String.fromCharCode(key.charCodeAt(0) + 96)}`;
      await visitor.page.keyboard.press(key === '\r' ? 'Enter' : control);
    }
  } else {
    await visitor.page.keyboard.press('Control+L');
    await visitor.shows(/^[^\n]*[$#>]$/);
    await visitor.type(`${deed.line}\n`);
  }
  // A builder’s arrow and the tip of a progress bar are no prompts.
  await visitor.shows(deed.until ?? /\n[^\n]*(?:[$#]|(?<![-=])>)$/);
}

/** Opens the file from the lesson, and types. */
async function edit({ page }: Visitor, language: 'en' | 'ko', { path, text }: Edit): Promise<void> {
  const { open, saved } = words[language];
  const file = page.getByRole('figure').filter({ has: page.getByText(path, { exact: true }) });
  await file.getByRole('button', { name: open }).click();
  const content = page.locator(`.cm-content[aria-label^="${path}."]`);
  await content.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  await page.getByRole('status').getByText(saved, { exact: true }).waitFor();
}
