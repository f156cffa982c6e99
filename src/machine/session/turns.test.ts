import { afterEach, describe, expect, it } from 'vitest';
import type { Request } from './desk.ts';
import { noMarks } from './pages.ts';
import type { Marks } from './pages.ts';
import type { Portable } from './portable.ts';
import { Session } from './session.ts';
import type { Shown, StateNote } from './store.ts';

const COUNT = 4;
const note: StateNote = { at: 1, shown: [], connections: [], page: 'page' };
const inventory = { bytes: 0, kept: [] };
// only handed on here
const parts = { code: {} as WebAssembly.Module, packed: new ArrayBuffer(8) };
const portable: Portable = {
  build: 'build',
  devices: new ArrayBuffer(0),
  pages: new Uint32Array(),
  contents: new ArrayBuffer(0),
  note,
};

/** A worker that notes what it is asked, and answers at once. */
function worker(): { session: Session; asked: string[]; end: () => void } {
  const { port1, port2 } = new MessageChannel();
  const asked: string[] = [];
  port2.addEventListener('message', ({ data: { id, call } }: MessageEvent<Request>) => {
    asked.push(call.kind);
    const restored =
      call.kind === 'restore'
        ? { state: new ArrayBuffer(0), marks: noMarks(COUNT).fill(7), note }
        : null;
    port2.postMessage({ kind: 'reply', id, restored, portable, inventory });
  });
  port2.start();
  port1.start();
  const marks = noMarks(COUNT);
  const session = new Session(port1, {
    ...{ place: 'browser', opening: 'fresh', base: marks, marks, inventory, page: null },
  });
  return { session, asked, end: () => port1.close() };
}

/** A machine that notes what it is compared with. */
function machine(): { capture: (known: Marks) => ReturnType<typeof taken>; known: Marks[] } {
  const known: Marks[] = [];
  return {
    known,
    capture(marks) {
      known.push(marks.slice());
      return taken();
    },
  };
}

const taken = () => ({
  devices: new ArrayBuffer(0),
  connections: [],
  changes: { pages: new Uint32Array(), marks: noMarks(0), contents: new Uint8Array() },
});

describe('a session', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  const open = (): ReturnType<typeof worker> => {
    const opened = worker();
    ends.push(opened.end);
    return opened;
  };

  it.each(['restore', 'bringIn', 'startOver', 'forgetAll'] as const)(
    'lays nothing of one machine over another’s: %s waits for the save before it',
    async (kind) => {
      const { session, asked } = open();
      let draw: (shown: readonly Shown[]) => void = () => undefined;
      const shown = new Promise<readonly Shown[]>((drawn) => (draw = drawn));
      const first = machine();
      const saved = session.save(first, () => ({ shown, page: null }));
      const done = {
        restore: () => session.restore('now', parts),
        bringIn: () => session.bringIn(portable, note),
        startOver: () => session.startOver(),
        forgetAll: () => session.forgetAll(),
      }[kind]();
      const second = machine();
      const after = session.save(second, () => ({ shown: Promise.resolve([]), page: null }));
      draw([]);
      await Promise.all([saved, done, after]);
      expect(asked).toEqual(['save', kind, 'save']);
      // what follows is compared with what the machine stands on then
      expect(second.known[0]?.[0]).toBe(kind === 'restore' ? 7 : 0);
    },
  );

  it('goes on after a machine that is gone', async () => {
    const { session, asked } = open();
    const gone = {
      capture: (): never => {
        throw new Error('switched off');
      },
    };
    const page = { shown: Promise.resolve([]), page: null };
    await expect(session.save(gone, () => page)).rejects.toThrow('switched off');
    await session.restore('now', parts);
    expect([asked, session.page]).toEqual([['restore'], 'page']);
  });
});
