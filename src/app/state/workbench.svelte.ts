import type { XrayBlock } from '../../course/index.ts';
import type { PaneName } from '../bench/panes.ts';
import { PublishedPorts } from '../preview/ports.svelte.ts';
import type { SessionState } from '../session/session.svelte.ts';
import type { Boot } from './guest.ts';
import { MachineState } from './machine.svelte.ts';
import { Terminals } from './terminals.svelte.ts';

/** Something to look at in the x-ray. */
export type Look = Pick<XrayBlock, 'view' | 'container'>;

/** A machine of the page with its terminals. */
export interface Computer {
  readonly machine: MachineState;
  readonly terminals: Terminals;
  readonly ports: PublishedPorts;
}

/** Host name of the second machine, as its prompt shows it. */
const FRIEND = 'friend';

/**
 * What stands on the bench: the learner's own machine; beside it, when it is asked for, a friend's laptop, which
 * starts from the same snapshot and shares the registry and nothing else; and one of the panes beside the terminal.
 */
export class Workbench {
  readonly mine: Computer;
  /** What saves it; a friend's laptop ends with the page. */
  readonly session: SessionState;
  /** There while it is switched on, or on its way. */
  friend: Computer | null = $state.raw(null);
  /** Whose terminal is seen where there is room for one. */
  seen: 'mine' | 'friend' = $state('mine');
  /** What stands beside the terminal when something does. */
  pane: PaneName = $state('editor');
  paneOpen = $state(false);
  /** A file that the editor is to show, and with a text what it is to become; null once it has. */
  wanted: { readonly path: string; readonly text: string | null } | null = $state.raw(null);

  /** What the x-ray is to show; null once it has. */
  look: Look | null = $state.raw(null);

  readonly #boot: Boot;

  constructor(boot: Boot, mine: Omit<Computer, 'ports'>, session: SessionState) {
    this.#boot = boot;
    this.mine = { ...mine, ports: new PublishedPorts() };
    this.session = session;
  }

  /** The machine whose terminal commands go to. */
  get current(): Computer {
    return this.seen === 'friend' && this.friend !== null ? this.friend : this.mine;
  }

  /** Ports that were published and not looked at yet, by their addresses: `8080`, `friend:8080`. */
  get fresh(): readonly string[] {
    const mine = this.mine.ports.fresh.map(({ port }) => String(port));
    const others = this.friend?.ports.fresh.map(({ port }) => `${FRIEND}:${String(port)}`);
    return [...mine, ...(others ?? [])];
  }

  /** Switches the friend's laptop on, or shows it. */
  call(): void {
    if (this.friend === null) {
      const machine = new MachineState(this.#boot, FRIEND);
      this.friend = { machine, terminals: new Terminals(), ports: new PublishedPorts() };
      void machine.start();
    }
    this.seen = 'friend';
    this.friend.terminals.focus();
  }

  /** Switches it off; what was in it and was not pushed is gone. */
  dismiss(): void {
    const { friend } = this;
    this.friend = null;
    this.seen = 'mine';
    void friend?.machine.off();
  }

  /** Opens a pane beside the terminal. */
  open(pane: PaneName): void {
    this.pane = pane;
    this.paneOpen = true;
  }

  /** Opens a file below the learner's home directory in the editor; with a text, that becomes its content. */
  edit(path: string, text: string | null): void {
    this.wanted = { path, text };
    this.open('editor');
  }

  /** Shows something of the learner's machine in the x-ray. */
  lookAt(look: Look): void {
    this.look = look;
    this.open('xray');
  }

  /** The page was hidden or shown. */
  setHidden(hidden: boolean): void {
    if (hidden) this.session.flush();
    this.mine.machine.setHidden(hidden);
    this.friend?.machine.setHidden(hidden);
  }
}
