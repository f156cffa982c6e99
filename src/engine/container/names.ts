import { EngineError } from '../errors.ts';
import type { ContainerStore } from './store.ts';

/** Names for containers that nobody named: a word for a sea, and someone who made computing. */
const ADJECTIVES = (
  'able afloat amber anchored astern balmy becalmed blue bold bonny bound brave breezy bright ' +
  'brisk buoyant calm candid clear coastal crisp deep distant drifting eager early even fair ' +
  'gallant gentle glassy hardy high homeward jolly keen leeward light lively lofty lucid mellow ' +
  'merry misty moored nimble northern outbound patient placid polar quiet rolling salty serene ' +
  'silver southern spirited starry steady swift tidal tranquil upbeat vivid warm wavy windward'
).split(' ');

const PEOPLE = (
  'allen babbage backus bartik berners boole cerf chomsky church clarke codd cray dijkstra ' +
  'eckert engelbart feinler floyd goldberg gosling hamilton hamming hoare holberton hopper ' +
  'huffman johnson kahn kay keller kernighan kilburn knuth lamarr lamport liskov lovelace ' +
  'mauchly mccarthy meitner minsky moore neumann noether perlis perlman postel ritchie shannon ' +
  'stallman sutherland tanenbaum thompson torvalds turing wilkes wing wirth zuse'
).split(' ');

/** A name of two words that `taken` does not have; with a number behind it when chance runs out. */
export function generateName(random: ArrayBuffer, taken: (name: string) => boolean): string {
  const view = new DataView(random);
  const pick = (words: readonly string[], at: number): string =>
    words[view.getUint16(at, true) % words.length] ?? '';
  const base = `${pick(ADJECTIVES, 0)}_${pick(PEOPLE, 2)}`;
  let name = base;
  for (let i = 1; taken(name); i++) name = `${base}${String(i)}`;
  return name;
}

/**
 * A name as users write it, without its slash.
 * @throws EngineError 400 when it is none, 409 when a container has it.
 */
export function checkName(containers: ContainerStore, name: string): string {
  const bare = name.replace(/^\//, '');
  // Docker wants two characters at least and says nothing of it; one does no harm here.
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(bare)) {
    throw new EngineError(
      400,
      `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  }
  const holder = containers.named(bare);
  if (holder) {
    throw new EngineError(
      409,
      `Conflict. The container name "/${bare}" is already in use by container "${holder.id}". ` +
        'You have to remove (or rename) that container to be able to reuse that name.',
    );
  }
  return bare;
}
