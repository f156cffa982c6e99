import { describe, expect, it } from 'vitest';
import { ASIDE, baseOf, Keeper, NOW, StoreFull } from './keeper.ts';
import type { Base, Capture, Restored } from './keeper.ts';
import { contentsOf, gzip, packLayer, squash } from './layer.ts';
import { forget, noMarks, PAGE, takeChanges } from './pages.ts';
import type { Marks } from './pages.ts';
import type { Portable } from './portable.ts';
import { memoryOf, withMemory } from './state.ts';
import { memoryStore } from './store.ts';
import type { StateStore } from './store.ts';

const PAGES = 64;
const ZEROS = new Uint8Array(PAGE);

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What the emulator saves: three buffers of odd sizes, among them the memory. */
function devices(text = 'devices'): ArrayBuffer {
  const named = new TextEncoder().encode(text);
  const state: unknown[] = Array.from({ length: 80 }, () => 0);
  state[5] = { __state_type__: 'Uint8Array', buffer_id: 0 };
  state[77] = { __state_type__: 'Uint8Array', buffer_id: 1 };
  state[78] = { __state_type__: 'Uint8Array', buffer_id: 2 };
  const infos = [
    { offset: 0, length: named.length },
    { offset: (named.length + 3) & ~3, length: 0 },
    { offset: (named.length + 3) & ~3, length: PAGES / 8 },
  ];
  const json = new TextEncoder().encode(JSON.stringify({ buffer_infos: infos, state }));
  const begin = (16 + json.length + 3) & ~3;
  const all = new Uint8Array(begin + ((named.length + 3) & ~3) + PAGES / 8);
  new Int32Array(all.buffer, 0, 4).set([0x86768676 | 0, 6, all.length, json.length]);
  all.set(json, 16);
  all.set(named, begin);
  return all.buffer;
}

/** A computer of 64 pages. */
class Computer {
  readonly memory = new Uint8Array(PAGES * PAGE);

  constructor(state?: ArrayBuffer) {
    if (!state) return;
    const { pages, contents } = memoryOf(state);
    for (const [index, page] of pages.entries())
      this.memory.set(contents.subarray(index * PAGE, (index + 1) * PAGE), page * PAGE);
  }

  /** Does something: writes here and there, and frees pages. */
  work(random: (below: number) => number, deeds = 12): void {
    for (let i = 0; i < deeds; i++) {
      const page = random(PAGES);
      if (random(4) === 0) this.memory.fill(0, page * PAGE, (page + 1) * PAGE);
      else this.memory[page * PAGE + random(PAGE)] = random(256);
    }
  }

  snapshot(): ArrayBuffer {
    return withMemory(devices(), PAGES, (page) =>
      this.isZero(page) ? null : this.memory.slice(page * PAGE, (page + 1) * PAGE),
    );
  }

  isZero(page: number): boolean {
    return Buffer.compare(this.memory.subarray(page * PAGE, (page + 1) * PAGE), ZEROS) === 0;
  }

  capture(marks: Marks, at = 0): Capture {
    const changes = takeChanges(this.memory, marks, (page) => this.isZero(page));
    return {
      devices: devices(`at ${String(at)}`),
      changes,
      note: { at, shown: [], connections: [], page: at },
    };
  }
}

/** Whole memories: an assertion that would print them takes its time. */
function expectSame(memory: Uint8Array, wanted: Uint8Array | undefined): void {
  expect(Buffer.compare(memory, wanted ?? new Uint8Array())).toBe(0);
}

interface Bench {
  readonly computer: Computer;
  readonly base: Base;
  readonly marks: Marks;
}

function begin(seed: number): Bench {
  const computer = new Computer();
  computer.work(numbers(seed), 40);
  const base = baseOf(computer.snapshot());
  return { computer, base, marks: base.marks.slice() };
}

const open = async (store: StateStore = memoryStore(), limit?: number): Promise<Keeper> =>
  (await Keeper.open(store, 'build', limit)).keeper;

const restored = (keeper: Keeper, name: string, base: Base): Promise<Restored> =>
  keeper.restore(name, Promise.resolve(base));

describe('marks', () => {
  it('tell every single changed byte, wherever it is', () => {
    const computer = new Computer();
    computer.work(numbers(1), 200);
    const marks = noMarks(PAGES);
    computer.capture(marks);
    const random = numbers(2);
    for (let i = 0; i < 500; i++) {
      const at = random(computer.memory.length);
      computer.memory[at] = (computer.memory[at] ?? 0) ^ (1 << random(8));
      expect([...computer.capture(marks).changes.pages]).toEqual([Math.floor(at / PAGE)]);
    }
    expect(computer.capture(marks).changes.pages).toHaveLength(0);
  });

  it('tell words that changed places, and a page that became zeros', () => {
    const computer = new Computer();
    computer.memory.set([1, 0, 0, 0, 0, 0, 0, 0, 2], PAGE);
    const marks = noMarks(PAGES);
    computer.capture(marks);
    computer.memory.set([2, 0, 0, 0, 0, 0, 0, 0, 1], PAGE);
    expect([...computer.capture(marks).changes.pages]).toEqual([1]);
    computer.memory.fill(0);
    const { changes } = computer.capture(marks);
    expect([[...changes.pages], [...changes.marks], changes.contents.length]).toEqual([
      [1],
      [0, 0],
      0,
    ]);
  });

  it('that are forgotten make their pages changed ones', () => {
    const { computer, marks } = begin(3);
    computer.work(numbers(4));
    const { changes } = computer.capture(marks);
    forget(marks, changes);
    expect(computer.capture(marks).changes).toEqual(changes);
  });
});

describe('layers', () => {
  it('squashed into one hold what they held over each other, for any number and order of changes', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { computer, marks } = begin(seed);
      const random = numbers(seed + 100);
      const layers = [];
      for (let i = 0; i <= random(6); i++) {
        computer.work(random, random(20));
        layers.push(await packLayer(computer.capture(marks).changes));
      }
      const one = await squash(layers);
      expect([...one.pages]).toEqual([...one.pages].sort((a, b) => a - b));
      const together = await contentsOf(layers);
      const alone = await contentsOf([one]);
      expect([...alone.keys()]).toEqual([...together.keys()].sort((a, b) => a - b));
      for (const [page, contents] of alone)
        expectSame(contents ?? ZEROS, together.get(page) ?? ZEROS);
    }
  });

  it('that are damaged are refused', async () => {
    const { computer, marks } = begin(5);
    computer.work(numbers(6));
    const layer = await packLayer(computer.capture(marks).changes);
    await expect(contentsOf([{ ...layer, pages: layer.pages.slice(1) }])).rejects.toThrow(
      'another size',
    );
    await expect(contentsOf([{ ...layer, packed: layer.packed.slice(0, 20) }])).rejects.toThrow();
    expect(() => memoryOf(new ArrayBuffer(8))).toThrow('too short');
    expect(() => memoryOf(new ArrayBuffer(64))).toThrow('no state');
  });
});

describe('a keeper', () => {
  it('gives back every state as it was, whatever happened before and after', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { computer, base, marks } = begin(seed);
      const random = numbers(seed * 77);
      const store = memoryStore();
      let keeper = await open(store);
      let running = computer;
      let known = marks;
      const kept = new Map<string, Uint8Array>();
      for (let at = 1; at <= 24; at++) {
        running.work(random, random(25));
        const name = random(4) === 0 ? `step ${String(at)}` : undefined;
        await keeper.save(running.capture(known, at), name);
        kept.set(NOW, running.memory.slice());
        if (name !== undefined) kept.set(name, running.memory.slice());
        if (random(6) === 0) {
          // the page is opened again, or somebody goes back
          keeper = await open(store);
          const names = [...kept.keys()];
          const chosen = names[random(names.length)] ?? NOW;
          const back = await restored(keeper, chosen, base);
          running = new Computer(back.state);
          known = back.marks.slice();
          expectSame(running.memory, kept.get(chosen));
          kept.set(NOW, running.memory.slice());
        }
      }
      for (const [name, memory] of kept) {
        const fresh = await open(store);
        const back = await restored(fresh, name, base);
        expectSame(new Computer(back.state).memory, memory);
        expect(back.marks).toEqual(baseOf(new Computer(back.state).snapshot()).marks);
      }
      // layers that no kept state tells apart have become few
      const now = (await store.states()).find((state) => state.name === NOW);
      expect(now?.layers.length).toBeLessThan(8 * (kept.size + 1));
    }
  });

  it('keeps no layer that no state needs', async () => {
    const { computer, marks } = begin(9);
    const store = memoryStore();
    const keeper = await open(store);
    const random = numbers(10);
    for (let at = 1; at <= 30; at++) {
      computer.work(random);
      await keeper.save(computer.capture(marks, at));
    }
    const [now] = await store.states();
    const there = await Promise.all(Array.from({ length: 60 }, (_, id) => store.layer(id)));
    expect(there.filter((layer) => layer !== undefined)).toHaveLength(now?.layers.length ?? 0);
    expect(now?.layers.length).toBeLessThan(8);
    await keeper.forgetAll();
    expect(keeper.inventory).toEqual({ bytes: 0, kept: [] });
  });

  it('gives up the oldest kept states when it has no room, never the one to go on from', async () => {
    const { computer, base, marks } = begin(11);
    const random = numbers(12);
    const keeper = await open(memoryStore(), 60_000);
    for (let at = 1; at <= 12; at++) {
      for (let i = 0; i < 4 * PAGE; i++) computer.memory[random(PAGES * PAGE)] = random(256);
      await keeper.save(computer.capture(marks, at), `step ${String(at)}`);
    }
    const names = keeper.inventory.kept.map(({ name }) => name);
    expect(names).toContain(NOW);
    expect(names).toContain('step 12');
    expect(names).not.toContain('step 1');
    const { state } = await restored(keeper, NOW, base);
    expectSame(new Computer(state).memory, computer.memory);
  });

  it('leaves what was there when a write fails, says when there is no room, and goes on when there is', async () => {
    const { computer, base, marks } = begin(13);
    const random = numbers(14);
    const inner = memoryStore();
    let problem: Error | null = null;
    const store: StateStore = {
      ...inner,
      commit: (change) => (problem ? Promise.reject(problem) : inner.commit(change)),
    };
    const keeper = await open(store);
    await keeper.save(computer.capture(marks, 1));
    const before = computer.memory.slice();
    for (const [thrown, expected] of [
      [new DOMException('no room', 'QuotaExceededError'), StoreFull],
      [new DOMException('gone', 'InvalidStateError'), DOMException],
    ] as const) {
      problem = thrown;
      computer.work(random);
      const capture = computer.capture(marks, 2);
      await expect(keeper.save(capture)).rejects.toThrow(expected);
      forget(marks, capture.changes);
      problem = null;
      const other = await open(inner);
      expectSame(new Computer((await restored(other, NOW, base)).state).memory, before);
    }
    await keeper.save(computer.capture(marks, 3));
    expectSame(new Computer((await restored(keeper, NOW, base)).state).memory, computer.memory);
  });

  it('makes room with older states when the browser has none', async () => {
    const { computer, marks } = begin(15);
    const inner = memoryStore();
    let room = Number.POSITIVE_INFINITY;
    const store: StateStore = {
      ...inner,
      commit: (change) =>
        (change.states?.length ?? 0) > 0 && (change.drop?.states.length ?? 0) < room
          ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
          : inner.commit(change),
    };
    room = 0;
    const keeper = await open(store);
    for (const at of [1, 2, 3]) {
      computer.work(numbers(at));
      await keeper.save(computer.capture(marks, at), `step ${String(at)}`);
    }
    room = 2;
    computer.work(numbers(4));
    await keeper.save(computer.capture(marks, 4));
    expect(keeper.inventory.kept.map(({ name }) => name).sort()).toEqual([NOW, 'step 3']);
  });

  it('does not mix states of another snapshot, and puts aside what does not work', async () => {
    const { computer, base, marks } = begin(16);
    const store = memoryStore();
    const keeper = await open(store);
    await keeper.save(computer.capture(marks, 1), 'step 1');
    await keeper.putAside();
    expect(keeper.inventory.kept.map(({ name }) => name).sort()).toEqual([ASIDE, 'step 1']);
    await expect(restored(keeper, NOW, base)).rejects.toThrow('no state now');
    await restored(keeper, 'step 1', base);
    const other = await Keeper.open(store, 'another build');
    expect([other.foreign, other.keeper.inventory.kept]).toEqual([true, []]);
    expect(await store.states()).toEqual([]);
  });

  it('takes a state out and brings it in elsewhere; what is unsound stays out', async () => {
    const { computer, base, marks } = begin(17);
    const random = numbers(18);
    const keeper = await open();
    for (let at = 1; at <= 5; at++) {
      computer.work(random);
      await keeper.save(computer.capture(marks, at));
    }
    const portable = await keeper.takeOut();
    const note = { at: 1, shown: [], connections: [], page: null };
    const other = await open();
    await other.bringIn(portable, note, PAGES);
    const back = await restored(other, NOW, base);
    expectSame(new Computer(back.state).memory, computer.memory);
    expect(back.marks).toEqual(marks);

    const bomb = await gzip(new Uint8Array(40 * 1024 * 1024));
    const strange: readonly Partial<Portable>[] = [
      { build: 'other' },
      { pages: portable.pages.map((page) => page & 0x7fff_ffff) },
      { pages: portable.pages.toReversed() as Uint32Array<ArrayBuffer> },
      {
        pages: portable.pages.map((page, index) =>
          index === portable.pages.length - 1 ? PAGES : page,
        ),
      },
      { contents: bomb },
      { contents: new ArrayBuffer(3) },
      { devices: bomb },
      { devices: await gzip(new TextEncoder().encode('not a state')) },
      { devices: await gzip(computer.snapshot()) },
    ];
    for (const wrong of strange)
      await expect(other.bringIn({ ...portable, ...wrong }, note, PAGES)).rejects.toThrow();
    await expect(other.bringIn(portable, note, 2 * PAGES)).rejects.toThrow('another one');
    expectSame(new Computer((await restored(other, NOW, base)).state).memory, computer.memory);
  });
});
