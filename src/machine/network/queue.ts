/** Bytes that wait to be sent or acknowledged, as the chunks that they came in. */
export class SendQueue {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are gone already. */
  #offset = 0;
  #length = 0;
  #room: (() => void) | null = null;

  /** `limit`: bytes above which a writer waits. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a chunk; the promise, if any, resolves when there is room for the next. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length <= this.#limit) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  /** `size` bytes, `from` bytes after the first one; without a copy when they lie in one chunk. */
  peek(from: number, size: number): Uint8Array {
    let skip = from + this.#offset;
    let index = 0;
    while (skip >= (this.#chunks[index]?.length ?? Infinity))
      skip -= this.#chunks[index++]?.length ?? 0;
    const first = this.#chunks[index]?.subarray(skip, skip + size) ?? new Uint8Array();
    if (first.length === size) return first;
    const bytes = new Uint8Array(size);
    bytes.set(first);
    let filled = first.length;
    while (filled < size) {
      const part = this.#chunks[++index]?.subarray(0, size - filled);
      if (!part) break;
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Forgets the first `bytes` bytes. */
  drop(bytes: number): void {
    this.#length -= bytes;
    this.#offset += bytes;
    let gone = 0;
    for (const chunk of this.#chunks) {
      if (this.#offset < chunk.length) break;
      this.#offset -= chunk.length;
      gone++;
    }
    if (gone > 0) this.#chunks.splice(0, gone);
    if (this.#length <= this.#limit) this.#release();
  }

  clear(): void {
    this.#chunks = [];
    this.#offset = this.#length = 0;
    this.#release();
  }

  #release(): void {
    this.#room?.();
    this.#room = null;
  }
}
