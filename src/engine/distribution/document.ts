/** Answers of a registry that are taken whole: manifests, configurations, errors. */
import { ImageError } from '../image/errors.ts';
import type { Sys } from '../sys/sys.ts';
import type { Head, Sink } from './http.ts';

/** Documents larger than this are refused (the specification asks for at least 4 MiB). */
const DOCUMENT_MAX = 4 * 1024 * 1024;

/** Sends a request by `send` and takes its answer's body as text. */
export async function collected(
  sys: Sys,
  url: string,
  send: (accept: () => Sink) => Promise<Head>,
): Promise<{ readonly head: Head; readonly text: string }> {
  const buffer = new DocumentBuffer(url);
  const head = await send(() => (data) => {
    buffer.add(data);
  });
  return { head, text: sys.decode(buffer.whole()) };
}

/** Collects a document, up to the limit. */
export class DocumentBuffer {
  readonly #url: string;
  readonly #parts: ArrayBuffer[] = [];
  #size = 0;

  constructor(url: string) {
    this.#url = url;
  }

  add(data: ArrayBuffer): void {
    this.#size += data.byteLength;
    if (this.#size > DOCUMENT_MAX) {
      throw new ImageError(500, `${this.#url}: the answer is larger than ${DOCUMENT_MAX} bytes`);
    }
    this.#parts.push(data);
  }

  whole(): ArrayBuffer {
    const [only] = this.#parts;
    if (only !== undefined && this.#parts.length === 1) return only;
    const all = new Uint8Array(this.#size);
    let offset = 0;
    for (const part of this.#parts) {
      all.set(new Uint8Array(part), offset);
      offset += part.byteLength;
    }
    return all.buffer;
  }
}

/** The first of the errors in a registry's answer (distribution-spec, "Error Codes"); else blanks. */
export function problemOf(body: string): { readonly code: string; readonly message: string } {
  const nothing = { code: '', message: '' };
  try {
    const document: unknown = JSON.parse(body);
    if (typeof document !== 'object' || document === null || !('errors' in document))
      return nothing;
    const first: unknown = Array.isArray(document.errors) ? document.errors[0] : undefined;
    if (typeof first !== 'object' || first === null || !('code' in first)) return nothing;
    const message = 'message' in first && typeof first.message === 'string' ? first.message : '';
    return typeof first.code === 'string' ? { code: first.code, message } : nothing;
  } catch {
    return nothing;
  }
}
