import type { Extension } from '@codemirror/state';
import { Files, FilesError } from '../../machine/files/files.ts';
import type { Change, Connector, Entry } from '../../machine/files/files.ts';
import { OpenFile } from './open-file.svelte.ts';
import { folderOf, join, noEntries, noneOpen, opened, openedAbove } from './tree.ts';

/** The learner's files of one machine: the tree, what is open of it, and the one that is seen. */
export class Workspace {
  stage: 'connecting' | 'ready' | 'lost' = $state('connecting');
  entries: ReadonlyMap<string, Entry> = $state.raw(noEntries);
  /** Open folders of the tree. */
  open: ReadonlySet<string> = $state.raw(noneOpen);
  current: OpenFile | null = $state.raw(null);
  /** Path of the tree's line that keys and buttons mean. */
  chosen = $state('');
  /** What a deed of the tree failed with; a sentence of the guest's. */
  problem = $state('');

  readonly #network: Connector;
  readonly #extensions: (path: string, text: string) => Extension;
  #files: readonly OpenFile[] = [];
  #connection: Files | null = null;
  #over = false;

  constructor(network: Connector, extensions: (path: string, text: string) => Extension) {
    this.#network = network;
    this.#extensions = extensions;
  }

  /** Connects, and again by itself once when the connection is lost. Never rejects. */
  async connect(): Promise<void> {
    this.stage = 'connecting';
    try {
      const files = await Files.open(this.#network);
      if (this.#over) return await files.close();
      this.#connection = files;
      files.onChange((changes) => this.#changed(changes));
      void files.closed.then(() => this.#lost(files));
      this.entries = files.entries;
      this.stage = 'ready';
      for (const file of this.#files) void file.changed(this.entries.get(file.path) ?? null);
    } catch {
      this.stage = 'lost';
    }
  }

  /** Saves what is not saved, and lets go of the machine. */
  async close(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#files.map((file) => file.save()));
    await this.#connection?.close();
  }

  /** Shows a file; what was seen before is saved. */
  async see(path: string): Promise<void> {
    void this.current?.save();
    this.problem = '';
    let file = this.#find(path);
    if (!file || file.unfit !== null) {
      this.#files = this.#files.filter((each) => each !== file);
      file = new OpenFile(path, () => this.#connected(), this.#extensions);
      this.#files = [...this.#files, file];
    }
    this.current = file;
    if (file.standing === 'loading') await file.load();
  }

  /** Shows a file, and makes it first where there is none. With a text, that becomes its content; undo takes it back. */
  async bring(path: string, text: string | null): Promise<void> {
    if (this.entries.has(path)) await this.see(path);
    else if (!(await this.make(path))) return;
    this.#reveal(path);
    this.chosen = path;
    if (text !== null) await this.#find(path)?.become(text);
  }

  /** Puts a file away; its text, when it is not in the machine, goes with it. */
  forget(file: OpenFile): void {
    this.#files = this.#files.filter((each) => each !== file);
    if (this.current === file) this.current = null;
  }

  toggle(folder: string, open = !this.open.has(folder)): void {
    this.open = opened(this.open, folder, open);
  }

  /** Makes an empty file, with the folders that its name asks for, and shows it. */
  make(path: string): Promise<boolean> {
    return this.#try(async (files) => {
      if (folderOf(path) !== '') await files.makeFolder(folderOf(path));
      await files.write(path, '', { base: null });
      this.#reveal(path);
      await this.see(path);
    });
  }

  makeFolder(path: string): Promise<boolean> {
    return this.#try(async (files) => {
      await files.makeFolder(path);
      this.#reveal(join(path, '-'));
    });
  }

  rename(from: string, to: string): Promise<boolean> {
    return this.#try(async (files) => {
      for (const file of this.#below(from)) await file.save();
      // before the machine tells of it: an open file that is renamed is not gone
      this.#move(from, to);
      try {
        await files.rename(from, to);
      } catch (error) {
        this.#move(to, from);
        throw error;
      }
      this.#reveal(to);
    });
  }

  remove(path: string): Promise<boolean> {
    return this.#try(async (files) => {
      for (const file of this.#below(path)) this.forget(file);
      await files.remove(path);
    });
  }

  chmod(path: string, mode: number): Promise<boolean> {
    return this.#try((files) => files.chmod(path, mode));
  }

  #connected(): Files {
    if (this.#connection) return this.#connection;
    throw new FilesError('lost', 'The files of the machine cannot be reached.');
  }

  async #try(deed: (files: Files) => Promise<void>): Promise<boolean> {
    this.problem = '';
    try {
      await deed(this.#connected());
      return true;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  #below(path: string): OpenFile[] {
    return this.#files.filter((file) => file.path === path || file.path.startsWith(`${path}/`));
  }

  #move(from: string, to: string): void {
    for (const file of this.#below(from)) file.path = to + file.path.slice(from.length);
  }

  #find(path: string): OpenFile | undefined {
    return this.#files.find((file) => file.path === path);
  }

  /** Opens every folder above `path`. */
  #reveal(path: string): void {
    this.open = openedAbove(this.open, path);
  }

  #changed(changes: readonly Change[]): void {
    const files = this.#connection;
    if (!files) return;
    this.entries = files.entries;
    for (const { path, entry } of changes) void this.#find(path)?.changed(entry);
  }

  #lost(files: Files): void {
    if (this.#connection === files) this.#connection = null;
    if (!this.#over) void this.connect();
  }
}
