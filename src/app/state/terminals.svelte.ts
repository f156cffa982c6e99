import type { Shown } from '../../machine/session/store.ts';
import type { GuestConsole } from './guest.ts';

/** What can be typed into and focused: a screen, once it is there. */
export interface Typable {
  /** What it shows at the moment of the call. */
  shown(): Promise<Shown>;
  type(data: string): void;
  focus(): void;
}

/** What a terminal gets as soon as it is there. */
interface Waiting {
  readonly data?: string;
  readonly focus?: boolean;
}

/** Of a terminal that nobody has seen. */
const usualSize = { columns: 80, rows: 24 };

/** The machine has four consoles. */
export const mostTerminals = 4;

/** The tabs: which terminals are open, which one is seen. */
export class Terminals {
  /** Indices of the machine's consoles, in the order of the tabs. */
  open: readonly number[] = $state.raw([0]);
  active = $state(0);
  /** Ctrl of the key bar is down, for the next key. */
  control = $state(false);
  searching = $state(false);

  readonly #screens: (Typable | undefined)[] = [];
  readonly #waiting: (Waiting | undefined)[] = [];

  /** Opens terminal `index` if it is not open, and shows it. */
  show(index: number): void {
    if (index < 0 || index >= mostTerminals) return;
    if (!this.open.includes(index)) this.open = [...this.open, index].sort((a, b) => a - b);
    this.active = index;
  }

  /** Opens one more, while there is one. */
  add(): void {
    for (let index = 0; index < mostTerminals; index++) {
      if (!this.open.includes(index)) {
        this.show(index);
        return;
      }
    }
  }

  attach(index: number, screen: Typable): void {
    this.#screens[index] = screen;
    const { data, focus } = this.#waiting[index] ?? {};
    this.#waiting[index] = undefined;
    if (data !== undefined) screen.type(data);
    if (focus === true) screen.focus();
  }

  /** What every terminal shows now; of one that is not on the screen, what it has to show. */
  shown(consoles: readonly GuestConsole[]): Promise<readonly Shown[]> {
    return Promise.all(
      consoles.map(
        (console, index) =>
          this.#screens[index]?.shown() ??
          Promise.resolve({ text: console.unseen, ...(console.was ?? usualSize) }),
      ),
    );
  }

  detach(index: number): void {
    this.#screens[index] = undefined;
  }

  /** Types into the terminal that is chosen; one that is not on the screen yet gets it when it is. */
  type(data: string): void {
    const screen = this.#screens[this.active];
    if (screen) screen.type(data);
    else this.#wait({ data: (this.#waiting[this.active]?.data ?? '') + data });
  }

  /** Types a command and enters it, each line of it, as if Return were pressed. */
  enter(command: string): void {
    this.type(`${command.replaceAll('\n', '\r')}\r`);
  }

  focus(): void {
    const screen = this.#screens[this.active];
    if (screen) screen.focus();
    else this.#wait({ focus: true });
  }

  #wait(more: Waiting): void {
    this.#waiting[this.active] = { ...this.#waiting[this.active], ...more };
  }
}
