import type { Container } from './container.ts';

/**
 * What mounts a container's layers in order to write, or takes them away, goes one after the other: starts, archives
 * that are unpacked into it, and its removal. overlayfs has room for one mount with an upper directory: a second one
 * empties the working directory under the first, which can then copy nothing up
 * (Documentation/filesystems/overlayfs.rst, "Sharing and copying layers").
 */
const turns = new WeakMap<Container, Promise<void>>();

/** The last of its starts: who wants to stop it waits for that, and not for a client that writes slowly. */
const starts = new WeakMap<Container, Promise<void>>();

/** Whether something has its turn. */
export function isBusy(container: Container): boolean {
  return turns.has(container);
}

/** Does `act` when all that came before has ended, however it ended; at once when there is nothing. */
export function inTurn<T>(container: Container, act: () => Promise<T>): Promise<T> {
  const before = turns.get(container);
  const turn = before === undefined ? act() : before.then(act);
  forgetAtEnd(turns, container, turn);
  return turn;
}

/** A start in its turn. */
export function starting(container: Container, start: () => Promise<void>): Promise<void> {
  const turn = inTurn(container, start);
  forgetAtEnd(starts, container, turn);
  return turn;
}

/** Resolves when no start of it is on its way or waits for its turn. */
export async function settled(container: Container): Promise<void> {
  for (let last = starts.get(container); last; last = starts.get(container)) await last;
}

/** Notes when `turn` ends, for as long as it is the last one. */
function forgetAtEnd(
  lasts: WeakMap<Container, Promise<void>>,
  container: Container,
  turn: Promise<unknown>,
): void {
  const forget = (): void => {
    if (lasts.get(container) === end) lasts.delete(container);
  };
  const end = turn.then(forget, forget);
  lasts.set(container, end);
}
