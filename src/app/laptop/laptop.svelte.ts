import { EditorState } from '@codemirror/state';
import type { Extension, TransactionSpec } from '@codemirror/state';
import { NodeRuntime, ObstacleError } from './node.ts';
import type { Obstacle } from './node.ts';
import { project } from './project.ts';

/** How long after the last key a file goes to Node.js, in ms. */
const REST = 300;

/** Characters of output that are kept. */
const MOST = 20_000;

/** A file of the laptop, as the editor shows it. */
export class LaptopFile {
  readonly path: string;
  editor: EditorState = $state.raw(EditorState.create());
  show: ((change: TransactionSpec) => void) | null = null;
  readonly #onchange: (file: LaptopFile) => void;

  constructor(path: string, text: string, onchange: (file: LaptopFile) => void) {
    this.path = path;
    this.editor = EditorState.create({ doc: text });
    this.#onchange = onchange;
  }

  get text(): string {
    return this.editor.doc.toString();
  }

  /** Gives the text its colours and keys; the history begins here. */
  dress(extensions: Extension): void {
    this.editor = EditorState.create({ doc: this.text, extensions });
  }

  took(editor: EditorState, { docChanged }: { docChanged: boolean }): void {
    this.editor = editor;
    if (docChanged) this.#onchange(this);
  }
}

/** The learner's own laptop: a Node.js project, and Node.js once it was asked for. It lives as long as the page. */
export class Laptop {
  readonly files: readonly LaptopFile[];
  current: LaptopFile;
  stage: 'off' | 'starting' | 'on' = $state('off');
  obstacle: Obstacle | null = $state(null);
  output = $state('');
  /** Address of what the project serves. */
  url: string | null = $state(null);
  exitCode: number | null = $state(null);

  #node: NodeRuntime | null = null;
  readonly #timers = new WeakMap<LaptopFile, ReturnType<typeof setTimeout>>();

  constructor() {
    this.files = Object.entries(project).map(
      ([path, text]) =>
        new LaptopFile(path, text, (file) => {
          this.#changed(file);
        }),
    );
    const [first] = this.files;
    if (first === undefined) throw new Error('the project on the laptop has no files');
    this.current = $state.raw(first);
    if (!NodeRuntime.isPossible) this.obstacle = 'isolation';
  }

  /** All files as they are now. */
  get content(): Record<string, string> {
    return Object.fromEntries(this.files.map(({ path, text }) => [path, text]));
  }

  /** Switches the laptop on where that is needed, and runs the project. Never rejects: `obstacle` tells. */
  async run(): Promise<void> {
    this.stage = 'starting';
    this.obstacle = null;
    this.output = '';
    this.url = null;
    this.exitCode = null;
    try {
      this.#node ??= await NodeRuntime.boot(this.content, {
        onoutput: (text) => (this.output = (this.output + text).slice(-MOST)),
        onserver: (url) => (this.url = url),
        onexit: (code) => {
          this.exitCode = code;
          this.url = null;
        },
      });
      await this.#node.start();
      this.stage = 'on';
    } catch (error) {
      this.stage = 'off';
      this.obstacle = error instanceof ObstacleError ? error.obstacle : 'boot';
    }
  }

  #changed(file: LaptopFile): void {
    clearTimeout(this.#timers.get(file));
    this.#timers.set(
      file,
      setTimeout(() => void this.#node?.write(file.path, file.text), REST),
    );
  }
}

let laptop: Laptop | undefined;

/** The one laptop of this page, whichever pane shows it. */
export function myLaptop(): Laptop {
  laptop ??= new Laptop();
  return laptop;
}
