/** A two-way byte stream whose directions end independently: closing `writable` is a half-close (FIN). */
export interface Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** What a subscription returns: calling `dispose` ends it; calling it again does nothing. */
export interface Disposable {
  dispose(): void;
}

/** A list of callbacks that may change while it is being called. */
export class Listeners<T> {
  readonly #callbacks = new Set<(value: T) => void>();

  add(callback: (value: T) => void): Disposable {
    const own = (value: T): void => callback(value);
    this.#callbacks.add(own);
    return { dispose: () => void this.#callbacks.delete(own) };
  }

  emit(value: T): void {
    for (const callback of [...this.#callbacks]) callback(value);
  }
}
