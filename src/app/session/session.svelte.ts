import * as z from 'zod/mini';
import type { PageNote, Session } from '../../machine/session/session.ts';
import type { Portable } from '../../machine/session/portable.ts';
import type { StateNote } from '../../machine/session/store.ts';
import type { Boot, Guest } from '../state/guest.ts';
import type { MachineState } from '../state/machine.svelte.ts';
import type { Terminals } from '../state/terminals.svelte.ts';
import { succeeded, trying } from './failures.ts';
import { Saver } from './saver.ts';

/**
 * What a reader should know about the saved machine: it was of another version of the page; it did not work; another
 * tab has it; the browser keeps nothing; there is no room; it could not be written.
 */
export type SessionNotice = 'foreign' | 'aside' | 'elsewhere' | 'blocked' | 'full' | 'failed';

/** What the page wants to know again with its machine. */
const noteSchema = z.object({
  /** The lesson that the machine belongs to; null in the sandbox. */
  lesson: z.nullable(z.string()),
  /** Open terminals, and the one that is seen. */
  open: z.array(z.int().check(z.minimum(0), z.maximum(3))).check(z.minLength(1)),
  active: z.int().check(z.minimum(0), z.maximum(3)),
});
type Note = z.infer<typeof noteSchema>;

/** The state that a closed page goes on from (src/machine/session/keeper.ts). */
const NOW = 'now';

/** A restored machine that has run for so long, in ms, is sound. */
const SOUND = 4_000;

/** The page's own machine over time: saved as it changes, and there again when the page is opened again. */
export class SessionState {
  notice: SessionNotice | null = $state(null);
  /** What is stored, in bytes. */
  bytes = $state(0);
  /** When the machine was saved last, in ms since 1970; 0 when it is not. */
  savedAt = $state(0);
  /** Names of the states that there are. */
  names: readonly string[] = $state.raw([]);

  readonly #boot: Boot;
  readonly #find: () => Session | null;
  readonly #terminals: Terminals;
  #session: Session | null = null;
  #guest: Guest | null = null;
  #saver: Saver | null = null;
  /** The lesson that the machine belongs to. */
  #lesson: string | null = null;
  #said = false;

  /**
   * @param find The session, once the first start has brought it.
   * @param keep Whether the machine outlives the page.
   */
  constructor(
    boot: Boot,
    find: () => Session | null,
    terminals: Terminals,
    keep: 'browser' | 'page' = 'browser',
  ) {
    this.#boot = (options) => boot({ ...options, keep });
    this.#find = find;
    this.#terminals = terminals;
  }

  /** Starts the page's own machine. */
  readonly boot: Boot = async (options) => {
    this.#leave();
    let guest: Guest;
    try {
      guest = await this.#boot(options);
    } catch (error) {
      const session = this.#find();
      if (session?.opening !== 'restored' || this.#said) throw error;
      guest = await this.#tryAgain(options, session);
    }
    if (this.#belongsElsewhere()) {
      // the saved machine is another lesson's than the one that was opened
      await guest.destroy();
      guest = await this.#boot(options);
      this.#said = true;
    }
    this.#adopt(guest, options.from);
    return guest;
  };

  /** Whether states outlive the page. */
  get lasts(): boolean {
    return this.#session?.place === 'browser';
  }

  /**
   * A lesson has been opened. A machine that belongs to another one is kept as that lesson's, and the one that this
   * lesson was left with goes on, or a fresh one starts.
   */
  async open(lesson: string, machine: MachineState): Promise<void> {
    const before = this.#lesson;
    this.#lesson = lesson;
    if (this.#guest === null || before === null || before === lesson) return;
    await this.#save(leftOf(before), before);
    const left = leftOf(lesson);
    await machine.start(false, this.names.includes(left) ? left : undefined);
  }

  #belongsElsewhere(): boolean {
    const session = this.#find();
    if (this.#said || session?.opening !== 'restored') return false;
    const { lesson = null } = noteSchema.safeParse(session.page).data ?? {};
    return lesson !== null && this.#lesson !== null && lesson !== this.#lesson;
  }

  /** Saves what is not saved yet: the page is being left. */
  flush(): void {
    void this.#saver?.flush();
  }

  /** Keeps the machine as it is now by a name. Never rejects. */
  async keep(name: string): Promise<void> {
    await this.#save(name);
  }

  /** Gives up everything that is stored; the machine runs on, and is saved again with the next deed. */
  async forget(): Promise<void> {
    await this.#do((session) => session.forgetAll());
    this.savedAt = 0;
  }

  /** The machine as it is now, to be taken elsewhere. Rejects with what went wrong. */
  async takeOut(): Promise<Portable> {
    await this.#save();
    if (this.#session === null) throw new Error('this page keeps no machine');
    return this.#session.takeOut();
  }

  /** Goes on with a machine from elsewhere. Rejects with what is wrong with it; this one runs on then. */
  async bringIn(portable: Portable, note: StateNote, machine: MachineState): Promise<void> {
    if (this.#session === null) throw new Error('this page keeps no machine');
    const guest = this.#guest;
    // this machine is not the one that is stored now: nothing of it may be laid over that
    this.#guest = null;
    try {
      await this.#session.bringIn(portable, note);
    } catch (error) {
      this.#guest = guest;
      this.#saver?.deed();
      throw error;
    }
    await machine.start(false, NOW);
  }

  /** The second attempt with a saved machine; when that fails too it is put aside, and another begins. */
  async #tryAgain(options: Parameters<Boot>[0], session: Session): Promise<Guest> {
    try {
      return await this.#boot({ ...options, from: NOW });
    } catch {
      this.#said = true;
      this.notice = 'aside';
      await session.putAside().catch(() => undefined); // then the next visit does
      return this.#boot(options);
    }
  }

  #adopt(guest: Guest, from: string | undefined): void {
    this.#guest = guest;
    this.#session ??= this.#find();
    const session = this.#session;
    if (session === null) return;
    const { place, opening } = session;
    if (!this.#said) {
      this.#said = true;
      if (opening === 'foreign' || opening === 'aside') this.notice = opening;
      if (place === 'elsewhere' || place === 'blocked') this.notice = place;
      if (opening === 'restored') this.#goOn(guest, session.page);
    } else if (from !== undefined) this.#goOn(guest, session.page);
    this.#look();
    if (place !== 'browser') return;
    const saver = new Saver(() => this.#save());
    this.#saver = saver;
    guest.onDeed(() => {
      saver.deed();
    });
    guest.on('crash', () => {
      saver.stop();
    });
  }

  /** The machine was restored: so are the tabs of its terminals. */
  #goOn(guest: Guest, page: unknown): void {
    const { success, data } = noteSchema.safeParse(page);
    if (success) {
      this.#lesson = data.lesson;
      for (const index of data.open) this.#terminals.show(index);
      this.#terminals.show(data.active);
    }
    trying();
    const sound = setTimeout(succeeded, SOUND);
    window.addEventListener('pagehide', succeeded, { once: true });
    guest.on('crash', () => {
      clearTimeout(sound);
      window.removeEventListener('pagehide', succeeded);
    });
  }

  #leave(): void {
    this.#saver?.stop();
    this.#saver = null;
    this.#guest = null;
  }

  async #save(name?: string, lesson = this.#lesson): Promise<void> {
    const guest = this.#guest;
    if (guest === null) return;
    const done = await this.#do((session) =>
      session.save(guest, () => this.#note(guest, lesson), name),
    );
    if (!done) return;
    this.savedAt = Date.now();
    if (this.notice === 'full' || this.notice === 'failed') this.notice = null;
  }

  #note(guest: Guest, lesson: string | null): PageNote {
    const { open, active } = this.#terminals;
    const page: Note = { lesson, open: [...open], active };
    return { shown: this.#terminals.shown(guest.consoles), page };
  }

  /** Does something with the session; what went wrong is said. */
  async #do(deed: (session: Session) => Promise<void>): Promise<boolean> {
    const session = this.#session;
    if (session === null) return false;
    try {
      await deed(session);
      return true;
    } catch (error) {
      const full = error instanceof Error && 'full' in error && error.full === true;
      this.notice = full ? 'full' : 'failed';
      return false;
    } finally {
      this.#look();
    }
  }

  #look(): void {
    const { bytes = 0, kept = [] } = this.#session?.inventory ?? {};
    this.bytes = bytes;
    this.names = kept.map(({ name }) => name);
    const now = kept.find(({ name }) => name === NOW);
    if (now) this.savedAt = now.at;
  }
}

/** The name of the state in which a lesson's machine was left for another's. */
function leftOf(lesson: string): string {
  return `left ${lesson}`;
}
