/** What a pull or a push tells its client while it goes on: one JSON document a line, as Docker writes them. */
export interface ProgressMessage {
  readonly status?: string;
  /** Tag of the image, or short digest of a layer. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** The bar, drawn for clients that do not draw their own. */
  readonly progress?: string;
  /** What programs are to know of the result. */
  readonly aux?: Readonly<Record<string, string | number>>;
}

export type Progress = (message: ProgressMessage) => void;

/** Milliseconds between two messages about one layer. */
const INTERVAL = 100;
const BAR = 50;

/** Reports the bytes of one layer, not more often than clients can use. */
export class ByteProgress {
  readonly #now: () => number;
  readonly #report: Progress;
  readonly #id: string;
  readonly #total: number | null;
  readonly #status: string;
  #current = 0;
  #last = -Infinity;

  /** @param total bytes that there will be; null when nobody knows */
  constructor(
    now: () => number,
    report: Progress,
    id: string,
    total: number | null,
    status = 'Downloading',
  ) {
    this.#now = now;
    this.#report = report;
    this.#id = id;
    this.#total = total;
    this.#status = status;
  }

  add(bytes: number): void {
    this.reach(this.#current + bytes);
  }

  /** So many bytes in all. */
  reach(bytes: number): void {
    this.#current = bytes;
    const now = this.#now();
    const total = this.#total;
    if (now - this.#last < INTERVAL && (total === null || bytes < total)) return;
    this.#last = now;
    this.#report({
      status: this.#status,
      progressDetail: { current: bytes, ...(total === null ? {} : { total }) },
      progress: total === null ? size(bytes) : bar(bytes, total),
      id: this.#id,
    });
  }
}

/** `[=====>      ]  1.2MB/3.4MB` (moby pkg/jsonmessage). */
function bar(current: number, total: number): string {
  const filled = total === 0 ? BAR : Math.min(BAR, Math.floor((current / total) * BAR));
  const head = filled < BAR ? '>' : '';
  const drawn = `${'='.repeat(filled)}${head}`.padEnd(BAR + (head === '' ? 0 : 1), ' ');
  return `[${drawn}]  ${size(current)}/${size(total)}`;
}

/** Four significant digits and a decimal unit, as Docker writes sizes: `1.234MB`. */
function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${units[unit] ?? ''}`;
}
