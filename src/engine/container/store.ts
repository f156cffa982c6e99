import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { LIB, libDirectory, type Container } from './container.ts';

/** How long a note may wait, in ms: a command that takes less never needs it. */
const SOON = 200;

/** Every container that exists, in memory and on disk. */
export class ContainerStore {
  readonly #sys: Sys;
  readonly #byId = new Map<string, Container>();

  constructor(sys: Sys) {
    this.#sys = sys;
    sys.mkdir(`${LIB}/containers`, 0o711, true);
  }

  /**
   * Reads what an earlier daemon left. A directory without a whole configuration is of a creation that
   * was cut off: it is removed, and its ID returned.
   */
  load(): ReadonlySet<string> {
    const cut = new Set<string>();
    for (const { name } of this.#sys.readdir(`${LIB}/containers`)) {
      try {
        // Written by `save` and nobody else, atomically: trusted as it is.
        const container = JSON.parse(
          this.#sys.readText(`${libDirectory(name)}/config.json`),
        ) as Container;
        this.#byId.set(container.id, container);
      } catch {
        cut.add(name);
        this.#sys.removeTree(libDirectory(name));
        this.#sys.removeTree(`${LIB}/overlay2/${name}`);
      }
    }
    return cut;
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
    this.save(container);
  }

  /**
   * Saves when there is a moment. Only for what {@link recover} can find out by itself: that a
   * container runs, its shim knows too.
   */
  saveSoon(container: Container): void {
    this.#sys.setTimer(SOON, () => {
      if (container.state.Running) this.save(container);
    });
  }

  save(container: Container): void {
    if (!this.#byId.has(container.id)) return;
    this.#sys.writeAtomic(
      `${libDirectory(container.id)}/config.json`,
      JSON.stringify(container),
      0o600,
    );
  }

  delete(container: Container): void {
    this.#byId.delete(container.id);
  }

  /** Newest first. */
  list(): Container[] {
    return [...this.#byId.values()].sort((a, b) => (a.created < b.created ? 1 : -1));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  named(name: string): Container | undefined {
    for (const container of this.#byId.values()) if (container.name === name) return container;
    return undefined;
  }

  /**
   * By whole id, name, or the beginning of an id, in that order.
   * @throws EngineError 404 when there is none, 400 when a beginning fits several.
   */
  get(reference: string): Container {
    const bare = reference.replace(/^\//, '');
    const exact = this.#byId.get(bare) ?? this.named(bare);
    if (exact) return exact;
    const matches = /^[0-9a-f]+$/.test(bare)
      ? [...this.#byId.values()].filter(({ id }) => id.startsWith(bare))
      : [];
    if (matches.length > 1) {
      throw new EngineError(400, `multiple IDs found with provided prefix: ${bare}`);
    }
    const [only] = matches;
    if (!only) throw new EngineError(404, `No such container: ${reference}`);
    return only;
  }
}
