import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Shown } from '../../machine/session/store.ts';
import type { GuestConsole } from '../state/guest.ts';
import { monospace } from '../ui/fonts/fonts.ts';
import { pageKey } from './keys.ts';
import { hasTruePixels } from './pixels.ts';
import { terminalTheme } from './theme.ts';

export interface ScreenLook {
  readonly dark: boolean;
  /** Scale of the reader's text size. */
  readonly scale: number;
  readonly screenReader: boolean;
  /** What a screen reader calls the terminal. */
  readonly label: string;
}

export interface ScreenEvents {
  /** Changes what the reader typed before the guest gets it. */
  input(data: string): string;
  search(): void;
  /** The place among the matches, from 1 (0: none is current), and how many there are. */
  matches(index: number, count: number): void;
}

/** Lines above the screen that are saved with the machine. */
const KEPT_LINES = 1000;

/** Half pixels at the finest; a narrow screen gets smaller characters, or lines would hold too few. */
const fontSize = (scale: number): number =>
  Math.round((window.innerWidth > 900 ? 14 : 12.5) * scale * 2) / 2;

/**
 * One xterm.js terminal, for one console of the guest. It is put together while the machine is still on its way,
 * and connected when there is a console.
 */
export class Screen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #serialize = new SerializeAddon();
  readonly #host: HTMLElement;
  readonly #disposables: { dispose(): void }[];
  #console: GuestConsole | null = null;
  #webgl: WebglAddon | null = null;
  #mayAccelerate = false;
  #disposed = false;
  /** Whoever waits to be told what it shows. */
  readonly #asked = new Set<() => void>();

  constructor(host: HTMLElement, look: ScreenLook, events: ScreenEvents) {
    this.#host = host;
    const terminal = new Terminal({
      allowProposedApi: true, // unicode11 and search decorations are behind it
      cursorBlink: false,
      fontFamily: monospace,
      fontSize: fontSize(look.scale),
      fontWeightBold: '700',
      lineHeight: 1.25,
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      screenReaderMode: look.screenReader,
      theme: terminalTheme(look.dark),
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#search);
    terminal.loadAddon(this.#serialize);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon());
    terminal.open(host);
    void hasTruePixels(host).then((ours) => {
      this.#mayAccelerate = ours;
      this.#accelerate();
    });
    terminal.attachCustomKeyEventHandler((event) => this.#key(event, events));
    this.#disposables = [
      terminal.onData((data) => {
        this.#send(events.input(data));
      }),
      terminal.onBinary((data) => {
        this.#send(Uint8Array.from(data, (character) => character.charCodeAt(0)));
      }),
      terminal.onResize(({ cols, rows }) => {
        this.#console?.resize(cols, rows);
      }),
      this.#search.onDidChangeResults(({ resultIndex, resultCount }) => {
        events.matches(resultIndex + 1, resultCount);
      }),
    ];
    // A face that comes late (Korean, say) replaces characters that were drawn with another.
    const late = (): void => {
      this.remeasure();
    };
    document.fonts.addEventListener('loadingdone', late);
    this.#disposables.push({
      dispose: () => {
        document.fonts.removeEventListener('loadingdone', late);
      },
    });
    this.relabel(look.label);
    this.fit();
  }

  /** Shows what `console` prints, and types into it. Once. */
  connect(console: GuestConsole): void {
    const terminal = this.#terminal;
    this.#console = console;
    // What it showed when it was saved was laid out for another size, maybe: it is laid out anew from that.
    if (console.was !== null) terminal.resize(console.was.columns, console.was.rows);
    const listener = console.onData((bytes) => {
      terminal.write(bytes);
    });
    this.#disposables.push(listener);
    terminal.write('', () => {
      if (this.#disposed) return;
      this.fit();
      // The size may be the one that the terminal already had: the guest must hear it all the same.
      console.resize(terminal.cols, terminal.rows);
    });
  }

  /** What the terminal shows of all that was printed until now, and the last lines above it. */
  shown(): Promise<Shown> {
    const terminal = this.#terminal;
    return new Promise((resolve) => {
      const tell = (): void => {
        if (!this.#asked.delete(tell)) return;
        const text = this.#serialize.serialize({ scrollback: KEPT_LINES });
        resolve({ text, columns: terminal.cols, rows: terminal.rows });
      };
      this.#asked.add(tell);
      // called when everything before it has been drawn, and nothing that comes after it
      terminal.write('', tell);
    });
  }

  /** Fits rows and columns to the space there is; a hidden terminal keeps its size. */
  fit(): void {
    if (this.#host.clientWidth > 0 && this.#host.clientHeight > 0) this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Types as if the reader did. */
  type(data: string): void {
    this.#terminal.scrollToBottom();
    this.#send(data);
  }

  relook(look: ScreenLook): void {
    const { options } = this.#terminal;
    options.theme = terminalTheme(look.dark);
    options.fontSize = fontSize(look.scale);
    options.screenReaderMode = look.screenReader;
    this.#accelerate();
    this.relabel(look.label);
    this.fit();
  }

  /** The fonts have arrived: measure the characters again. */
  remeasure(): void {
    const { options } = this.#terminal;
    options.fontFamily = `${monospace}, monospace`;
    options.fontFamily = monospace;
    this.#webgl?.clearTextureAtlas();
    this.fit();
  }

  relabel(label: string): void {
    this.#terminal.textarea?.setAttribute('aria-label', label);
  }

  find(text: string, backwards: boolean): void {
    const colours = terminalTheme(this.#terminal.options.theme === terminalTheme(true));
    const options = {
      incremental: false,
      decorations: {
        matchBackground: colours.selectionBackground ?? '',
        matchOverviewRuler: colours.cyan ?? '',
        activeMatchBackground: colours.selectionBackground ?? '',
        activeMatchBorder: colours.cursor ?? '',
        activeMatchColorOverviewRuler: colours.cursor ?? '',
      },
    };
    if (backwards) this.#search.findPrevious(text, options);
    else this.#search.findNext(text, options);
  }

  endSearch(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  dispose(): void {
    this.#disposed = true;
    // a machine that is being saved while its screen goes shows what it showed last, not nothing
    for (const tell of this.#asked) tell();
    for (const disposable of this.#disposables) disposable.dispose();
    this.#terminal.dispose();
  }

  #send(data: string | Uint8Array): void {
    // A write fails only because the machine is gone, and that is said in its place.
    this.#console?.write(data).catch(() => undefined);
  }

  /** Draws with WebGL where there is WebGL; a screen reader gets the plain renderer. */
  #accelerate(): void {
    if (!this.#mayAccelerate || this.#disposed) return;
    if (this.#terminal.options.screenReaderMode === true) {
      this.#webgl?.dispose();
      this.#webgl = null;
      return;
    }
    if (this.#webgl !== null) return;
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => {
        webgl.dispose();
        if (this.#webgl === webgl) this.#webgl = null;
      });
      this.#terminal.loadAddon(webgl);
      this.#webgl = webgl;
    } catch {
      this.#webgl = null; // no WebGL here: xterm's own renderer goes on
    }
  }

  /** Returns false for keys that are not the terminal's. */
  #key(event: KeyboardEvent, events: ScreenEvents): boolean {
    const key = pageKey(event);
    if (key === null) return true;
    if (event.type !== 'keydown') return false;
    if (key === 'copy') {
      event.preventDefault();
      const text = this.#terminal.getSelection();
      // Where the clipboard is forbidden nothing can be copied; the selection stays to be seen.
      if (text !== '') navigator.clipboard.writeText(text).catch(() => undefined);
    }
    if (key === 'search') {
      event.preventDefault();
      events.search();
    }
    return false;
  }
}
