/** The worker's side of a session: where states go, and what the page asks for one after the other. */
import { unpack } from '../unpack.ts';
import { reasonOf } from '../errors.ts';
import { databaseStore } from './database.ts';
import { baseOf, Keeper, NOW, StoreFull } from './keeper.ts';
import type { Base, Capture, Inventory, Restored } from './keeper.ts';
import type { Marks } from './pages.ts';
import type { Portable } from './portable.ts';
import { memoryStore } from './store.ts';
import type { StateNote } from './store.ts';

/**
 * Where states are kept: in the browser; or only as long as the page is open, since the page wants it so, storage is
 * blocked, or another tab of the same page keeps its machine there.
 */
export type Place = 'browser' | 'page' | 'blocked' | 'elsewhere';

export interface DeskOptions {
  /** Tells sites on the same origin apart. */
  readonly site: string;
  /** SHA-256 of the snapshot. */
  readonly build: string;
  /** Whether the state to go on from has failed before and is to be put aside. */
  readonly aside: boolean;
  /** Whether nothing is to outlive the page. */
  readonly brief?: boolean;
}

/** What became of the state that was there. */
export type Opening =
  | 'fresh'
  | 'restored'
  /** It is of another version of the page, and gone. */
  | 'foreign'
  /** It did not work, and lies aside. */
  | 'aside';

/** What the page is told when its machine's memory is there. */
export interface Welcome {
  readonly place: Place;
  readonly opening: Opening;
  /** Of the snapshot, and of the machine that starts now. */
  readonly base: Marks;
  readonly marks: Marks;
  readonly inventory: Inventory;
  /** What the page noted with the state that is restored. */
  readonly page: unknown;
}

export type Call =
  | { readonly kind: 'save'; readonly capture: Capture; readonly name?: string }
  | {
      readonly kind: 'restore';
      readonly name: string;
      readonly code: WebAssembly.Module;
      readonly packed: ArrayBuffer;
    }
  | { readonly kind: 'startOver' }
  | { readonly kind: 'putAside' }
  | { readonly kind: 'forgetAll' }
  | { readonly kind: 'takeOut' }
  | { readonly kind: 'bringIn'; readonly portable: Portable; readonly note: StateNote };

export interface Request {
  readonly id: number;
  readonly call: Call;
}

export type Reply =
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly restored: Restored | null;
      readonly portable: Portable | null;
      readonly inventory: Inventory;
    }
  | {
      readonly kind: 'refused';
      readonly id: number;
      /** Whether there was no room for it. */
      readonly full: boolean;
      readonly reason: string;
    };

/** A tab that was just closed or reloaded may still hold its lock for so long, in ms, on a busy computer. */
const LETTING_GO = 1_500;

export class Desk {
  readonly #keeper: Keeper;
  readonly #place: Place;
  readonly #options: DeskOptions;
  readonly #foreign: boolean;
  /** How many the guest's memory has. */
  #pages = 0;

  private constructor(keeper: Keeper, place: Place, options: DeskOptions, foreign: boolean) {
    this.#keeper = keeper;
    this.#place = place;
    this.#options = options;
    this.#foreign = foreign;
  }

  /** Finds out where states can be kept. Never rejects: there is always the memory. */
  static async open(options: DeskOptions): Promise<Desk> {
    const { build, brief = false } = options;
    const name = `machine ${options.site}`;
    let place: Place = brief ? 'page' : 'browser';
    try {
      if (!brief && !(await own(name))) place = 'elsewhere';
      else if (!brief) {
        const { keeper, foreign } = await Keeper.open(await databaseStore(name), build);
        return new Desk(keeper, place, options, foreign);
      }
    } catch {
      place = 'blocked';
    }
    const { keeper } = await Keeper.open(memoryStore(), build);
    return new Desk(keeper, place, options, false);
  }

  /** The state that the page goes on from, if there is one and it is sound. */
  async begin(arriving: Promise<Base>): Promise<{ restored: Restored | null; welcome: Welcome }> {
    const keeper = this.#keeper;
    let opening: Opening = this.#foreign ? 'foreign' : 'fresh';
    let restored: Restored | null = null;
    if (keeper.has(NOW)) {
      try {
        if (this.#options.aside) throw new Error('it has failed before');
        restored = await keeper.restore(NOW, arriving);
        opening = 'restored';
      } catch {
        await keeper.putAside().catch(() => undefined); // then it is tried again another time
        opening = 'aside';
      }
    }
    const { marks } = await arriving;
    this.#pages = marks.length / 2;
    const welcome = {
      place: this.#place,
      opening,
      base: marks,
      marks: restored?.marks ?? marks,
      inventory: keeper.inventory,
      page: restored?.note.page ?? null,
    };
    return { restored, welcome };
  }

  /** Answers the page from now on. */
  serve(port: MessagePort): void {
    let before: Promise<unknown> = Promise.resolve();
    port.addEventListener('message', ({ data }: MessageEvent<Request>) => {
      before = before.then(() => this.#answer(port, data));
    });
    port.start();
  }

  async #answer(port: MessagePort, { id, call }: Request): Promise<void> {
    try {
      const restored = await this.#do(call);
      const portable = call.kind === 'takeOut' ? await this.#keeper.takeOut() : null;
      const { inventory } = this.#keeper;
      const reply: Reply = { kind: 'reply', id, restored, portable, inventory };
      port.postMessage(reply, restored ? [restored.state] : []);
    } catch (error) {
      const full = error instanceof StoreFull;
      const reply: Reply = { kind: 'refused', id, full, reason: reasonOf(error) };
      port.postMessage(reply);
    }
  }

  async #do(call: Call): Promise<Restored | null> {
    if (call.kind === 'save') await this.#keeper.save(call.capture, call.name);
    else if (call.kind === 'startOver') await this.#keeper.startOver();
    else if (call.kind === 'putAside') await this.#keeper.putAside();
    else if (call.kind === 'forgetAll') await this.#keeper.forgetAll();
    else if (call.kind === 'bringIn')
      await this.#keeper.bringIn(call.portable, call.note, this.#pages);
    else if (call.kind === 'restore')
      return this.#keeper.restore(call.name, unpack(call.code, call.packed).then(baseOf));
    return null;
  }
}

/** Whether this tab is the one whose machine is kept. It stays so until it is closed. */
function own(name: string): Promise<boolean> {
  // pages without a secure connection have no locks
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(LETTING_GO);
    navigator.locks
      .request(name, { signal }, () => {
        resolve(true);
        return new Promise<never>(() => undefined);
      })
      .catch(() => {
        resolve(false);
      });
  });
}
