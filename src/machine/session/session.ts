import type { StoredState } from '../assets.ts';
import type { Call, Opening, Place, Reply, Request, Welcome } from './desk.ts';
import type { Inventory, MachineCapture } from './keeper.ts';
import { forget } from './pages.ts';
import type { Marks } from './pages.ts';
import type { Portable } from './portable.ts';
import type { Shown, StateNote } from './store.ts';

/** A state could not be kept or restored; `full` when there was no room for it. */
export class SessionError extends Error {
  readonly full: boolean;

  constructor(message: string, full: boolean) {
    super(message);
    this.name = 'SessionError';
    this.full = full;
  }
}

/** What a page adds to a state. */
export interface PageNote {
  /** What each terminal shows at the moment of the call. */
  readonly shown: Promise<readonly Shown[]>;
  /** Anything that can be cloned. */
  readonly page: unknown;
}

/** What is saved: a Machine. */
export interface Capturable {
  capture(known: Marks): MachineCapture;
}

/** What the worker answers. */
type Answer = Extract<Reply, { kind: 'reply' }>;

/** What a session needs to put a state together again. */
export interface Parts {
  readonly code: WebAssembly.Module;
  /** The snapshot as it travelled. */
  readonly packed: ArrayBuffer;
}

/**
 * The states of the page's machine, from the page's side. What they are made of is compared here, since it must be at one
 * moment; a worker (desk.ts) compresses and keeps it.
 */
export class Session {
  readonly place: Place;
  readonly opening: Opening;
  inventory: Inventory;
  /** What the page noted with the state that the machine started from. */
  page: unknown;

  readonly #port: MessagePort;
  readonly #base: Marks;
  #marks: Marks;
  readonly #waiting = new Map<
    number,
    { readonly done: (answer: Answer) => void; readonly failed: (reason: Error) => void }
  >();
  #nextId = 1;
  /** What was asked for before. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(port: MessagePort, { place, opening, inventory, base, marks, page }: Welcome) {
    this.place = place;
    this.opening = opening;
    this.inventory = inventory;
    this.page = page;
    this.#port = port;
    this.#base = base;
    // one that is not restored tells of the same marks twice
    this.#marks = marks === base ? base.slice() : marks;
    port.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      this.#settle(data);
    });
  }

  /**
   * Keeps the machine as it is now, as the state to go on from, and by another name when one is given. Resolves when
   * that is done. Rejects with a SessionError. How long the guest stood still is the browser's measure `machine.capture`.
   */
  save(machine: Capturable, note: () => PageNote, name?: string): Promise<void> {
    return this.#inTurn(() => this.#save(machine, note, name));
  }

  /**
   * One after the other: a layer makes no sense without the one below it, and what was taken of one machine must not
   * be laid over another's that came in its place before the worker had it.
   */
  #inTurn<T>(deed: () => Promise<T>): Promise<T> {
    const done = this.#before.then(deed);
    this.#before = done.catch(() => undefined);
    return done;
  }

  async #save(machine: Capturable, note: () => PageNote, name?: string): Promise<void> {
    const begin = performance.now();
    const marks = this.#marks;
    const { changes, devices, connections } = machine.capture(marks);
    performance.measure('machine.capture', { start: begin });
    const at = Date.now();
    try {
      const { shown, page } = note();
      const capture = { devices, changes, note: { at, shown: await shown, connections, page } };
      await this.#call({ kind: 'save', capture, ...(name !== undefined && { name }) }, [
        devices,
        changes.contents.buffer,
      ]);
    } catch (error) {
      forget(marks, changes);
      throw error;
    }
  }

  /** A kept state, for a machine that starts from it. Rejects with a SessionError. */
  restore(name: string, parts: Parts): Promise<StoredState> {
    return this.#inTurn(async () => {
      const { restored } = await this.#call({ kind: 'restore', name, ...parts });
      if (!restored) throw new SessionError(`there is no state ${name}`, false);
      this.#marks = restored.marks;
      this.page = restored.note.page;
      const { state, note } = restored;
      return { state, bytes: parts.packed.byteLength, sha256: null, saved: note };
    });
  }

  /** The machine begins again with the snapshot; kept states stay. */
  startOver(): Promise<void> {
    return this.#fromBase({ kind: 'startOver' });
  }

  /** The state that was saved last, to be taken elsewhere. */
  takeOut(): Promise<Portable> {
    return this.#inTurn(async () => {
      const { portable } = await this.#call({ kind: 'takeOut' });
      if (!portable) throw new SessionError('nothing is saved', false);
      return portable;
    });
  }

  /**
   * Makes a state from elsewhere the one to go on from; `restore` goes on with it, and until then nothing may be saved.
   * Rejects when it is not sound.
   */
  bringIn(portable: Portable, note: StateNote): Promise<void> {
    return this.#inTurn(async () => {
      await this.#call({ kind: 'bringIn', portable, note });
    });
  }

  /** Puts the state to go on from aside: it does not work. */
  putAside(): Promise<void> {
    return this.#fromBase({ kind: 'putAside' });
  }

  /** Gives up everything that was kept; the machine runs on. */
  forgetAll(): Promise<void> {
    return this.#fromBase({ kind: 'forgetAll' });
  }

  /** The next save is of all that differs from the snapshot. */
  #fromBase(call: Call): Promise<void> {
    return this.#inTurn(async () => {
      this.#marks = this.#base.slice();
      await this.#call(call);
    });
  }

  has(name: string): boolean {
    return this.inventory.kept.some((state) => state.name === name);
  }

  #call(call: Call, transfer: Transferable[] = []): Promise<Answer> {
    return new Promise((done, failed) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { done, failed });
      const request: Request = { id, call };
      this.#port.postMessage(request, transfer);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'refused') waiting?.failed(new SessionError(reply.reason, reply.full));
    else {
      this.inventory = reply.inventory;
      waiting?.done(reply);
    }
  }
}
