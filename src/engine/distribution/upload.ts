/**
 * The writing half of the client's side of the OCI Distribution specification ("Push"): blobs and manifests
 * into one repository.
 */
import { ImageError } from '../image/errors.ts';
import type { Sys } from '../sys/sys.ts';
import type { RegistryClient } from './auth.ts';
import { collected, problemOf } from './document.ts';
import type { Body, Head, HttpRequest } from './http.ts';
import type { Descriptor } from './manifest.ts';
import { isBroken } from './retry.ts';

export class Upload {
  readonly #sys: Sys;
  readonly #client: RegistryClient;
  readonly #base: string;
  readonly #url: string;

  /** @param base of the registry, as `http://registry`; `path` of the repository */
  constructor(sys: Sys, client: RegistryClient, base: string, path: string) {
    this.#sys = sys;
    this.#client = client;
    this.#base = base;
    this.#url = `${base}/v2/${path}`;
  }

  /** Whether the repository has the blob. */
  async has(digest: string): Promise<boolean> {
    const { head } = await this.#send({ method: 'HEAD', url: `${this.#url}/blobs/${digest}` });
    return head.status === 200;
  }

  /** Takes the blob over from another repository of the registry; false when it does not do that. */
  async mount(digest: string, from: string): Promise<boolean> {
    const query = `mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const { head, text } = await this.#send({
      method: 'POST',
      url: `${this.#url}/blobs/uploads/?${query}`,
    });
    if (head.status === 201) return true;
    if (head.status === 202) await this.#cancel(head);
    // Not permitted to look there, or no such thing there: it is sent then.
    else if (head.status !== 403 && head.status !== 404) throw failure(head, text);
    return false;
  }

  /** Sends a blob in one piece. */
  async blob({ digest }: Descriptor, body: Body): Promise<void> {
    const begun = await this.#send({ method: 'POST', url: `${this.#url}/blobs/uploads/` });
    if (begun.head.status !== 202) throw failure(begun.head, begun.text);
    const place = this.#place(begun.head);
    const { head, text } = await this.#send({
      method: 'PUT',
      url: `${place}${place.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body,
    });
    if (head.status !== 201) throw failure(head, text);
  }

  /** Puts a manifest under a tag. */
  async manifest(tag: string, { mediaType }: Descriptor, text: string): Promise<void> {
    const answer = await this.#send({
      method: 'PUT',
      url: `${this.#url}/manifests/${tag}`,
      headers: { 'Content-Type': mediaType },
      body: textBody(this.#sys, text),
    });
    if (answer.head.status !== 201) throw failure(answer.head, answer.text);
  }

  async #cancel(head: Head): Promise<void> {
    try {
      await this.#send({ method: 'DELETE', url: this.#place(head) });
    } catch (error) {
      // An upload that nobody goes on with is forgotten by the registry in time.
      if (!isBroken(error)) throw error;
    }
  }

  /** Where the registry says that an upload goes on. */
  #place({ headers }: Head): string {
    const location = headers.get('location') ?? '';
    if (location === '') {
      throw new ImageError(500, `${this.#url}: the registry does not say where the upload goes on`);
    }
    return location.startsWith('/') ? this.#base + location : location;
  }

  #send(
    request: Omit<HttpRequest, 'headers'> & Partial<Pick<HttpRequest, 'headers'>>,
  ): Promise<{ readonly head: Head; readonly text: string }> {
    return collected(this.#sys, request.url, (accept) =>
      this.#client.send({ headers: {}, ...request }, accept),
    );
  }
}

export function textBody(sys: Sys, text: string): Body {
  const data = sys.encode(text);
  return { length: data.byteLength, pieces: () => [data] };
}

/** What Docker says to an answer of the registry that is an error. */
function failure(head: Head, text: string): ImageError {
  const { code, message } = problemOf(text);
  const challenge = head.headers.get('www-authenticate') ?? '';
  if (code === 'DENIED' || /error="?insufficient_scope/.test(challenge)) {
    return new ImageError(500, 'denied: requested access to the resource is denied');
  }
  if (head.status === 401) return new ImageError(500, 'unauthorized: authentication required');
  if (code !== '') {
    return new ImageError(500, `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`);
  }
  return new ImageError(
    500,
    `received unexpected HTTP status: ${`${head.status} ${head.reason}`.trim()}`,
  );
}
