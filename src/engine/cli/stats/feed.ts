import type { ContainerSummary } from '../api.ts';
import type { Cli } from '../command.ts';
import { resource } from '../each.ts';
import { type StatsDocument, type Usage, usageOf } from './usage.ts';

/** A line of `docker stats`; `usage` is null while the container does not run. */
export interface Row {
  /** As the user named it. */
  readonly asked: string;
  readonly id: string;
  readonly name: string;
  readonly usage: Usage | null;
}

interface Event {
  readonly Action: string;
  readonly Actor: { readonly ID: string };
}

/** What the daemon tells of some containers, or of all: the last reading of each. */
export class StatsFeed {
  readonly #cli: Cli;
  readonly #once: boolean;
  readonly #all: boolean;
  readonly #rows = new Map<string, Row>();
  /** Without names: containers come and go. */
  #watching = false;
  #end: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  /** Settles when nothing more can come: with the error when there is one. */
  readonly ended = new Promise<void>((resolve, reject) => {
    this.#end = resolve;
    this.#fail = reject;
  });

  constructor(cli: Cli, { once, all }: { readonly once: boolean; readonly all: boolean }) {
    this.#cli = cli;
    this.#once = once;
    this.#all = all;
    this.ended.catch(() => undefined); // who draws looks at it, or has ended already
  }

  /** Resolves when each container has been read once. Without names: those that run, or all. */
  async begin(names: readonly string[]): Promise<void> {
    this.#watching = names.length === 0 && !this.#once;
    // Listened to first, so that nobody is missed between the list and the events.
    if (this.#watching) await this.#listen();
    const asked =
      names.length > 0
        ? names
        : (
            await this.#cli.client.json<ContainerSummary[]>('GET', '/containers/json', {
              query: { all: this.#all },
            })
          ).map(({ Id }) => Id);
    // The places of the lines, whoever answers first.
    for (const name of asked) this.#rows.set(name, { asked: name, id: '', name: '', usage: null });
    await Promise.all(asked.map((name) => this.#follow(name)));
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** Whether there is anything left to show. */
  get alive(): boolean {
    return this.#watching || this.#rows.size > 0;
  }

  /** Reads one container until its end; resolves at the first reading. */
  async #follow(asked: string): Promise<void> {
    const reply = await this.#cli.client.request('GET', `${resource('containers', asked)}/stats`, {
      query: { stream: this.#once ? '0' : '1' },
    });
    const lines = reply.lines()[Symbol.asyncIterator]();
    const next = async (): Promise<boolean> => {
      const { value, done } = await lines.next();
      if (done === true) return false;
      // The shape is the API's; see Client.json.
      const document = JSON.parse(value) as StatsDocument;
      if (this.#rows.has(asked)) {
        const { id, name } = document;
        this.#rows.set(asked, { asked, id, name: name.replace('/', ''), usage: usageOf(document) });
      }
      return true;
    };
    await next();
    if (this.#once) return;
    const rest = async (): Promise<void> => {
      while (await next()) {
        // Each reading takes the place of the one before.
      }
      this.#rows.delete(asked);
      if (!this.alive) this.#end();
    };
    rest().catch(this.#fail);
  }

  async #listen(): Promise<void> {
    const reply = await this.#cli.client.request('GET', '/events', {
      query: { filters: JSON.stringify({ type: ['container'] }) },
    });
    const run = async (): Promise<void> => {
      for await (const line of reply.lines()) this.#happened(JSON.parse(line) as Event);
      this.#watching = false;
      this.#end();
    };
    run().catch(this.#fail);
  }

  #happened({ Action, Actor: { ID } }: Event): void {
    if (Action === (this.#all ? 'create' : 'start') && !this.#rows.has(ID)) {
      this.#rows.set(ID, { asked: ID, id: ID, name: '', usage: null });
      // It may be gone again before it was read.
      this.#follow(ID).catch(() => this.#rows.delete(ID));
    } else if (Action === 'destroy' || (Action === 'die' && !this.#all)) this.#rows.delete(ID);
  }
}
