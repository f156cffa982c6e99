/** What the page has stored of its machine, as a test can see it. */
import { expect } from 'vitest';
import type { Visitor } from './visitor.ts';

interface Stored {
  /** When the state to go on from was taken. */
  readonly at: number;
  /** Numbers of its layers. */
  readonly layers: number[];
}

export const stored = (visitor: Visitor): Promise<Stored | null> =>
  visitor.page.evaluate(async () => {
    const opened = indexedDB.open(`machine ${new URL('machine/', document.baseURI).pathname}`);
    await new Promise((done) => (opened.onsuccess = done));
    const states = opened.result.transaction('states').objectStore('states').get('now');
    await new Promise((done) => (states.onsuccess = done));
    opened.result.close();
    const state = states.result as { note: { at: number }; layers: { id: number }[] } | undefined;
    return state ? { at: state.note.at, layers: state.layers.map(({ id }) => id) } : null;
  });

/** Waits until what happened up to now is saved; the terminal has the focus, and its shell waits for a command. */
export async function saved(visitor: Visitor): Promise<void> {
  const now = await visitor.page.evaluate(() => Date.now());
  // It may have been saved already: one more deed, which changes nothing, makes sure that it is saved after now.
  await visitor.page.keyboard.press('Control+A');
  await expect.poll(async () => (await stored(visitor))?.at ?? 0).toBeGreaterThan(now);
}

/** Leaves the page, and puts something else in the place of a field of the state that it would go on from. */
export async function spoil(visitor: Visitor, field: 'build' | 'devices'): Promise<void> {
  const { page } = visitor;
  // A file of the same site: the storage is the same, and nothing of ours runs.
  await page.goto(new URL('machine/machine.json', page.url()).href);
  await page.evaluate(async (name) => {
    const opened = indexedDB.open(`machine ${new URL('.', document.baseURI).pathname}`);
    await new Promise((done) => (opened.onsuccess = done));
    const database = opened.result;
    const change = database.transaction('states', 'readwrite');
    const states = change.objectStore('states');
    const found = states.get('now');
    await new Promise((done) => (found.onsuccess = done));
    const state = found.result as object;
    states.put({ ...state, [name]: name === 'build' ? 'another' : new ArrayBuffer(10_000) });
    await new Promise((done) => (change.oncomplete = done));
    database.close();
  }, field);
}
