/**
 * The learner's files, from outside the machine: `/home/learner`, read and written by a server in the guest that
 * runs as the learner (`src/engine/native/files`). Not typed into a shell, and not by way of the engine, which a
 * lesson may kill.
 */
import { Listeners } from '../duplex.ts';
import type { Disposable, Duplex } from '../duplex.ts';
import { reasonOf } from '../errors.ts';
import { FilesError } from './error.ts';
import { MessageFields, MessageReader, MessageWriter } from './message.ts';
import type { Entry } from './message.ts';

export { FilesError } from './error.ts';
export type { Entry } from './message.ts';

/** Names a content: the same bytes have the same version, whenever they were written. */
export type Version = bigint;

export interface FileContent {
  readonly entry: Entry;
  readonly version: Version;
  readonly bytes: Uint8Array;
}

/** What became known about one path; `entry` is null when it is gone, with everything below it. */
export interface Change {
  readonly path: string;
  readonly entry: Entry | null;
}

export interface WriteOptions {
  /**
   * The version that the new content was made from: when the file has another one by now nothing is written
   * (`changed`). Null: there must be nothing yet (`exists`). Without it, whatever is there is written over.
   */
  readonly base?: Version | null;
}

/** What a connection is made with: `machine.network`. */
export interface Connector {
  connect(port: number): Promise<Duplex>;
}

const CONTROL_PORT = 86;
const WRITE_OVER = 0;
const WRITE_NEW = 1;
const WRITE_IF = 2;

interface Waiting {
  readonly kind: string;
  readonly path: string;
  readonly done: (fields: MessageFields) => void;
  readonly failed: (reason: FilesError) => void;
}

/**
 * The tree of files as it is now, and ways to change it. Paths are relative to the root, with `/` between names.
 * A link is shown as one; reading and writing follow it.
 */
export class Files {
  readonly #connection: Duplex;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Listeners<readonly Change[]>();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #over: FilesError | null = null;
  /** Whether the whole tree has been told; until then nobody is told of parts of it. */
  #whole = false;
  #changes: Change[] = [];
  #ready: () => void = () => undefined;
  #end: () => void = () => undefined;

  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(connection: Duplex) {
    this.#connection = connection;
    this.#writer = connection.writable.getWriter();
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Connects to the guest; resolves when the whole tree is known. Rejects with `lost` or a MachineError. */
  static async open(network: Connector): Promise<Files> {
    const files = new Files(await network.connect(CONTROL_PORT));
    const ready = new Promise<void>((resolve) => {
      files.#ready = resolve;
    });
    await files.#writer.write(new TextEncoder().encode('files\n'));
    void files.#listen();
    await Promise.race([ready, files.closed]);
    if (files.#over) throw files.#over;
    return files;
  }

  /** Everything that is there now, by path. */
  get entries(): ReadonlyMap<string, Entry> {
    return new Map(this.#entries);
  }

  /** Calls back with what changed, whoever changed it: about 30 ms after it happened. */
  onChange(callback: (changes: readonly Change[]) => void): Disposable {
    return this.#listeners.add(callback);
  }

  /** Up to 8 MiB. */
  async read(path: string): Promise<FileContent> {
    const fields = await this.#ask('r', path, (message) => message.text(path));
    return { entry: fields.entry(), version: fields.long(), bytes: fields.bytes() };
  }

  /**
   * Writes a whole file in place: owner, permissions, links and mounts of it stay. A new one gets 0644. The
   * folder that it is in must be there. Resolves with the version that it has now.
   */
  async write(
    path: string,
    data: string | Uint8Array,
    options: WriteOptions = {},
  ): Promise<Version> {
    const { base } = options;
    const how = base === undefined ? WRITE_OVER : base === null ? WRITE_NEW : WRITE_IF;
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const fields = await this.#ask('w', path, (message) =>
      message
        .text(path)
        .number(how, 1)
        .number(base ?? 0n, 8)
        .bytes(bytes),
    );
    fields.entry();
    return fields.long();
  }

  /** Makes a folder, and those that it is in; one that is there already is fine. */
  async makeFolder(path: string): Promise<void> {
    await this.#ask('d', path, (message) => message.text(path));
  }

  /** Removes a file, or a folder with everything in it. */
  async remove(path: string): Promise<void> {
    await this.#ask('x', path, (message) => message.text(path));
  }

  /** Never over something that is there: `exists`. */
  async rename(from: string, to: string): Promise<void> {
    await this.#ask('m', from, (message) => message.text(from).text(to));
  }

  /** Sets the permission bits: `0o755`. */
  async chmod(path: string, mode: number): Promise<void> {
    await this.#ask('c', path, (message) => message.text(path).number(mode, 4));
  }

  /** Ends the connection, and with it the server in the guest. */
  async close(): Promise<void> {
    this.#fail(new FilesError('lost', 'The connection to the files of the machine was closed.'));
    await this.#writer.abort().catch(() => undefined); // the guest may have closed first
  }

  #ask(
    kind: string,
    path: string,
    fill: (message: MessageWriter) => MessageWriter,
  ): Promise<MessageFields> {
    if (this.#over) return Promise.reject(this.#over);
    const id = this.#nextId++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { kind, path, done, failed });
      this.#writer.write(fill(new MessageWriter(id, kind)).end()).catch((error: unknown) => {
        this.#fail(lost(error));
      });
    });
  }

  async #listen(): Promise<void> {
    const messages = new MessageReader();
    const reader = this.#connection.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const message of messages.feed(value)) this.#take(new MessageFields(message));
        if (this.#whole) this.#tell();
      }
      this.#fail(lost('the machine closed it'));
    } catch (error) {
      this.#fail(lost(error));
    }
  }

  #take(fields: MessageFields): void {
    const id = fields.number();
    const kind = String.fromCharCode(fields.byte());
    if (id === 0) return this.#told(kind, fields);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (kind === 'o') waiting?.done(fields);
    else waiting?.failed(FilesError.of(waiting.kind, waiting.path, fields.number(), fields.text()));
  }

  #told(kind: string, fields: MessageFields): void {
    if (kind === 'R') {
      this.#whole = false;
      for (const path of this.#entries.keys()) this.#changes.push({ path, entry: null });
      this.#entries.clear();
    } else if (kind === 'S') {
      this.#whole = true;
      this.#ready();
    } else if (kind === 'G') {
      this.#gone(fields.text());
    } else {
      const path = fields.text();
      const { anew, ...entry } = fields.entry();
      if (anew && this.#entries.get(path)?.type === 'folder') this.#gone(path, true);
      this.#entries.set(path, entry);
      this.#changes.push({ path, entry });
    }
  }

  #gone(path: string, onlyInside = false): void {
    for (const known of this.#entries.keys()) {
      if (!known.startsWith(`${path}/`) && (onlyInside || known !== path)) continue;
      this.#entries.delete(known);
      this.#changes.push({ path: known, entry: null });
    }
  }

  /** Tells what is different, each path once: what is gone and there again has changed, or has not. */
  #tell(): void {
    const paths = new Set(this.#changes.map(({ path }) => path));
    this.#changes = [];
    if (paths.size === 0) return;
    this.#listeners.emit(
      Array.from(paths, (path) => ({ path, entry: this.#entries.get(path) ?? null })),
    );
  }

  #fail(reason: FilesError): void {
    if (this.#over) return;
    this.#over = reason;
    for (const { failed } of this.#waiting.values()) failed(reason);
    this.#waiting.clear();
    this.#end();
  }
}

function lost(cause: unknown): FilesError {
  return new FilesError(
    'lost',
    `The connection to the files of the machine ended (${reasonOf(cause)}). What was not saved is still in the editor; try again.`,
    { cause },
  );
}
