import { engineClient } from '../../course/index.ts';
import type { Guest } from '../state/guest.ts';
import { publishedIn } from './published.ts';
import type { PublishedPort } from './published.ts';

/** Events after which another container may answer: `exec` and its like change nothing here. */
const FILTERS = JSON.stringify({ type: ['container'], event: ['start', 'die', 'rename'] });

/** Waits in ms: before asking after an event, since several come together, and before reaching an engine again. */
const GATHER = 150;
const AGAIN = 1000;

/** Which ports of a machine are published, following the engine's events. */
export class PublishedPorts {
  all: readonly PublishedPort[] = $state.raw([]);
  /** Ports that nobody has looked at since they were published. */
  fresh: readonly PublishedPort[] = $state.raw([]);

  /** Follows a machine until the returned function is called. */
  follow(guest: Guest): () => void {
    const end = new AbortController();
    const client = engineClient((path, options) => guest.request(path, options));
    let waiting = false;
    const read = async (): Promise<void> => {
      waiting = false;
      const listed = publishedIn(await client.get('/containers/json'));
      if (!end.signal.aborted) this.#take(listed);
    };
    const soon = (): void => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => void read().catch(() => undefined), GATHER); // the engine went: its stream ends too
    };
    void (async () => {
      while (!end.signal.aborted) {
        await client
          .stream(`/events?filters=${encodeURIComponent(FILTERS)}`, soon, end.signal, soon)
          .catch(() => undefined); // killed, or the machine stands still: it is asked again
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    })();
    return () => {
      end.abort();
      this.all = [];
      this.fresh = [];
    };
  }

  /** The reader has seen what is there. */
  seen(): void {
    if (this.fresh.length > 0) this.fresh = [];
  }

  #take(all: readonly PublishedPort[]): void {
    const isIn = (list: readonly PublishedPort[], { port, container }: PublishedPort): boolean =>
      list.some((each) => each.port === port && each.container === container);
    this.fresh = all.filter((each) => !isIn(this.all, each) || isIn(this.fresh, each));
    this.all = all;
  }
}
