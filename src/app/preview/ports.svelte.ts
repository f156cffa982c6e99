import * as z from 'zod/mini';
import { engineClient } from '../../course/index.ts';
import type { Guest } from '../state/guest.ts';

/** A port of the machine that a running container answers. */
export interface PublishedPort {
  readonly port: number;
  readonly container: string;
  readonly name: string;
}

/** The part of `GET /containers/json` that tells published ports. */
const listSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Ports: z.array(z.object({ PublicPort: z.optional(z.int()), Type: z.string() })),
  }),
);

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
      const listed = listSchema.parse(await client.get('/containers/json'));
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

  #take(listed: z.infer<typeof listSchema>): void {
    const ports = new Map<number, PublishedPort>();
    for (const { Id: container, Names, Ports } of listed) {
      for (const { PublicPort: port, Type } of Ports) {
        if (port === undefined || Type !== 'tcp') continue;
        ports.set(port, { port, container, name: Names[0]?.replace(/^\//, '') ?? '' });
      }
    }
    const all = [...ports.values()].sort((a, b) => a.port - b.port);
    const known = new Set(this.all.map(keyOf));
    this.fresh = all.filter(
      (each) =>
        !known.has(keyOf(each)) || this.fresh.some((fresh) => keyOf(fresh) === keyOf(each)),
    );
    this.all = all;
  }
}

function keyOf({ port, container }: PublishedPort): string {
  return `${String(port)} ${container}`;
}
