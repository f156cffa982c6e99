import { Annotation, EditorState } from '@codemirror/state';
import type { Extension, TransactionSpec } from '@codemirror/state';
import { FilesError } from '../../machine/files/files.ts';
import type { Entry, FileContent, Files, Version } from '../../machine/files/files.ts';

/** How the text here and the file in the machine stand to each other. */
export type Standing =
  | 'loading'
  | 'saved'
  | 'edited'
  | 'saving'
  /** Both were changed; the reader decides. */
  | 'conflict'
  /** The file is no more in the machine; the text is still here. */
  | 'gone'
  | 'failed';

/** Why there is nothing to edit. */
export type Unfit = 'binary' | 'too-large' | 'unreadable';

/** Marks what the machine changed, so that it is not taken for the reader's typing. */
const fromMachine = Annotation.define<true>();

/** Bytes of a file that the editor opens. */
const MOST = 2_000_000;

/** How long after the last key it saves by itself, in ms. */
const REST = 500;

/**
 * One file of the machine with its text in the editor. It saves by itself; what others change in the machine
 * arrives by itself; where both happened nothing is lost without the reader's word.
 */
export class OpenFile {
  path: string = $state('');
  standing: Standing = $state('loading');
  unfit: Unfit | null = $state(null);
  /** Why the last save failed, in the guest's words. */
  reason = $state('');
  entry: Entry | null = $state.raw(null);
  /** The text shown came from the machine after the file was opened, and nothing was typed since. */
  updated = $state(false);

  /** The text with its history and selection. */
  editor: EditorState = $state.raw(EditorState.create());
  /** What shows it, when something does: changes from the machine go through it. */
  show: ((change: TransactionSpec) => void) | null = null;

  readonly #files: () => Files;
  readonly #extensions: (path: string, text: string) => Extension;
  #version: Version | null = null;
  #theirs: FileContent | null = null;
  /** Whether the reader changed something since text and file were the same. */
  #edited = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Saving and looking at the machine's copy never overlap. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    path: string,
    files: () => Files,
    extensions: (path: string, text: string) => Extension,
  ) {
    this.path = path;
    this.#files = files;
    this.#extensions = extensions;
  }

  load(): Promise<void> {
    return this.#next(async () => {
      try {
        const content = await this.#files().read(this.path);
        const text = textOf(content.bytes);
        this.entry = content.entry;
        if (text === null) {
          this.unfit = content.bytes.length > MOST ? 'too-large' : 'binary';
          return;
        }
        this.#version = content.version;
        this.unfit = null;
        const lineBreak = text.includes('\r\n') && !/(^|[^\r])\n/.test(text) ? '\r\n' : '\n';
        this.editor = EditorState.create({
          doc: text,
          extensions: [
            // only that, so that what is not touched is saved as it was read
            EditorState.lineSeparator.of(lineBreak),
            this.#extensions(this.path, text),
          ],
        });
        this.standing = 'saved';
      } catch (error) {
        this.unfit =
          error instanceof FilesError && error.code === 'too-large' ? 'too-large' : 'unreadable';
        this.reason = error instanceof Error ? error.message : String(error);
      }
    });
  }

  /** The editor's state after a transaction that it has shown. */
  took(editor: EditorState, change: { readonly docChanged: boolean; readonly own: boolean }): void {
    this.editor = editor;
    if (!change.docChanged || !change.own) return;
    this.updated = false;
    this.#edited = true;
    if (this.standing !== 'conflict' && this.standing !== 'gone') {
      if (this.standing !== 'saving') this.standing = 'edited';
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.save(), REST);
    }
  }

  /** Changes the text as if the reader had typed it, and saves. */
  become(text: string): Promise<void> {
    if (this.unfit !== null) return Promise.resolve();
    const change = difference(this.editor, text);
    if (this.show) this.show(change);
    else this.took(this.editor.update(change).state, { docChanged: true, own: true });
    return this.save();
  }

  /** Saves now what is not saved. Never rejects: `standing` tells. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#next(async () => {
      if (this.standing === 'edited' || this.standing === 'failed') await this.#write();
    });
  }

  /** Saves the text here over what the machine has, or puts a removed file back. */
  keepMine(): Promise<void> {
    return this.#next(async () => {
      if (this.standing === 'conflict') this.#version = this.#theirs?.version ?? null;
      else if (this.standing !== 'gone') return;
      await this.#write();
    });
  }

  /** Shows what the machine has; undo brings the text back that was here. */
  takeTheirs(): void {
    if (this.standing === 'conflict' && this.#theirs) this.#accept(this.#theirs);
  }

  /** The machine says that the file is so now, or gone. */
  changed(entry: Entry | null): Promise<void> {
    return this.#next(async () => {
      if (entry === null) {
        this.#version = null;
        this.entry = null;
        if (this.unfit === null) this.standing = 'gone';
        return;
      }
      this.entry = entry;
      if (this.unfit !== null) return;
      try {
        await this.#compare();
      } catch (error) {
        this.#failed(error);
      }
    });
  }

  async #compare(): Promise<void> {
    const content = await this.#files().read(this.path);
    if (content.version === this.#version) {
      if (this.standing === 'conflict') this.standing = 'edited';
      return;
    }
    const text = textOf(content.bytes);
    if (text === this.editor.sliceDoc()) {
      this.#version = content.version;
      this.#edited = false;
      this.standing = 'saved';
    } else if (!this.#edited) {
      this.#accept(content);
    } else {
      this.#theirs = content;
      this.standing = 'conflict';
      clearTimeout(this.#timer);
    }
  }

  async #write(): Promise<void> {
    const { doc } = this.editor;
    this.standing = 'saving';
    try {
      this.#version = await this.#files().write(this.path, this.editor.sliceDoc(), {
        base: this.#version,
      });
      this.#theirs = null;
      this.#edited = this.editor.doc !== doc;
      if (!this.#edited) this.standing = 'saved';
      else {
        this.standing = 'edited';
        this.#timer = setTimeout(() => void this.save(), REST);
      }
    } catch (error) {
      const collided =
        error instanceof FilesError && (error.code === 'changed' || error.code === 'exists');
      this.standing = 'edited';
      if (!collided) this.#failed(error);
      else await this.#compare().catch((reason: unknown) => this.#failed(reason));
    }
  }

  #failed(error: unknown): void {
    if (error instanceof FilesError && error.code === 'missing' && this.standing !== 'failed') {
      this.#version = null;
      this.standing = 'gone';
      return;
    }
    this.standing = 'failed';
    this.reason = error instanceof Error ? error.message : String(error);
  }

  #accept(content: FileContent): void {
    const text = textOf(content.bytes);
    if (text === null) {
      this.unfit = 'binary';
      return;
    }
    this.#version = content.version;
    this.#theirs = null;
    const change = { ...difference(this.editor, text), annotations: fromMachine.of(true) };
    if (this.show) this.show(change);
    else this.editor = this.editor.update(change).state;
    this.#edited = false;
    this.updated = true;
    this.standing = 'saved';
  }

  #next(deed: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(deed);
    return this.#turn;
  }
}

/** Whether a transaction is the reader's own. */
export function isOwn(annotation: (type: typeof fromMachine) => true | undefined): boolean {
  return annotation(fromMachine) !== true;
}

/** UTF-8, or null when it is none, has a NUL, or is too much of it. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > MOST || bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The one change between both texts, so that cursor and scroll position stay where they are. */
function difference(editor: EditorState, text: string): TransactionSpec {
  const before = editor.doc.toString();
  const after = editor.toText(text).toString();
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from++;
  let end = 0;
  const most = Math.min(before.length, after.length) - from;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  return {
    changes: {
      from,
      to: before.length - end,
      insert: editor.toText(after.slice(from, after.length - end)),
    },
  };
}
