/**
 * The client's side of the OCI Distribution specification: manifests and blobs of one repository,
 * every byte checked against its digest and size before anyone sees it as content.
 *
 * See it: `wget -qO- http://registry/v2/library/busybox/tags/list`.
 */
import { ImageError } from '../image/errors.ts';
import { familiar, familiarName } from '../image/reference.ts';
import type { Reference } from '../image/reference.ts';
import type { Sys } from '../sys/sys.ts';
import type { RegistryClient } from './auth.ts';
import { BlobBody } from './blob-body.ts';
import { DocumentBuffer, problemOf } from './document.ts';
import type { Head, Receiver, Sink } from './http.ts';
import { ACCEPT } from './manifest.ts';
import type { Descriptor, Packing } from './manifest.ts';

export interface FetchedManifest {
  readonly text: string;
  readonly digest: string;
  readonly contentType: string;
}

export class Repository {
  readonly #sys: Sys;
  readonly #client: RegistryClient;
  readonly #reference: Reference;
  readonly #url: string;

  constructor(sys: Sys, client: RegistryClient, base: string, reference: Reference) {
    this.#sys = sys;
    this.#client = client;
    this.#reference = reference;
    this.#url = `${base}/v2/${reference.path}`;
  }

  /**
   * A manifest or index by tag, digest or descriptor, verified. Throws a 404 in Docker's words when
   * the registry does not have it.
   */
  async manifest(wanted: string | Descriptor): Promise<FetchedManifest> {
    const name = typeof wanted === 'string' ? wanted : wanted.digest;
    const { head, data } = await this.#document(`manifests/${name}`, { Accept: ACCEPT });
    const digest = this.#digest(data);
    // A tag has no digest of its own; the registry's claim must hold all the same.
    const expected = name.includes(':') ? name : head.headers.get('docker-content-digest');
    if (expected !== undefined && expected !== digest)
      throw digestMismatch('manifest', expected, digest);
    if (typeof wanted !== 'string' && wanted.size !== data.byteLength) {
      throw sizeMismatch('manifest', wanted, data.byteLength);
    }
    const contentType = head.headers.get('content-type') ?? '';
    return { text: this.#sys.decode(data), digest, contentType };
  }

  /** A configuration, verified. */
  async config(descriptor: Descriptor): Promise<string> {
    const { data } = await this.#document(`blobs/${descriptor.digest}`, {});
    const digest = this.#digest(data);
    if (digest !== descriptor.digest) throw digestMismatch('config', descriptor.digest, digest);
    if (data.byteLength !== descriptor.size)
      throw sizeMismatch('config', descriptor, data.byteLength);
    return this.#sys.decode(data);
  }

  /**
   * Streams a blob from byte `from` on; never gives `to` more bytes than the descriptor says. The size is
   * verified here, the digest by whoever hashes the bytes (see {@link digestMismatch}).
   *
   * @param packing what the blob is packed with, for the page to unpack; its size is then not that of the
   *   bytes, and the registry cannot count those that are here: they come again and are left out
   */
  async blob(
    descriptor: Descriptor,
    to: Receiver,
    packing: Packing | null,
    from = 0,
  ): Promise<void> {
    const path = `blobs/${descriptor.digest}`;
    const size = packing === null ? descriptor.size : Infinity;
    const body = new BlobBody(this.#sys, to, from, size, (received) =>
      sizeMismatch('layer', descriptor, received),
    );
    if (packing !== null) {
      const head = await this.#get(path, { 'Bottle-Unpack': packing }, (found) =>
        body.begin(found),
      );
      if (head.headers.get('bottle-unpacked') !== packing) throw notUnpacked(descriptor);
      return;
    }
    const headers: Record<string, string> = from === 0 ? {} : { Range: `bytes=${from}-` };
    await this.#get(path, headers, (found) => body.begin(found));
    if (body.received !== size) throw sizeMismatch('layer', descriptor, body.received);
  }

  async #document(
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ head: Head; data: ArrayBuffer }> {
    const buffer = new DocumentBuffer(`${this.#url}/${path}`);
    const head = await this.#get(path, headers, () => (data) => buffer.add(data));
    return { head, data: buffer.whole() };
  }

  async #get(
    path: string,
    headers: Readonly<Record<string, string>>,
    accept: (head: Head) => Sink | Receiver,
  ): Promise<Head> {
    const url = `${this.#url}/${path}`;
    const problem = new DocumentBuffer(url);
    const head = await this.#client.send({ method: 'GET', url, headers }, (found) =>
      isContent(found) ? accept(found) : (data) => problem.add(data),
    );
    if (isContent(head)) return head;
    throw this.#failure(path, head, this.#sys.decode(problem.whole()));
  }

  /** What Docker says to an answer of the registry that is an error. */
  #failure(path: string, head: Head, body: string): Error {
    const { code, message } = problemOf(body);
    const cause = `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`;
    const name = familiarName(this.#reference);
    const isManifest = path.startsWith('manifests/');
    if (code === 'NAME_UNKNOWN' && this.#reference.domain !== 'docker.io') {
      return new ImageError(404, `repository ${name} not found: ${cause}`);
    }
    if (code === 'NAME_UNKNOWN' || code === 'DENIED' || head.status === 401) {
      // Docker Hub does not tell a repository that is not there from one that is private.
      const reason =
        head.status === 401
          ? 'unauthorized: authentication required'
          : 'denied: requested access to the resource is denied';
      return new ImageError(
        404,
        `pull access denied for ${name}, repository does not exist or may require 'docker login': ${reason}`,
      );
    }
    if (isManifest && (code === 'MANIFEST_UNKNOWN' || head.status === 404)) {
      const reason = code === '' ? 'manifest unknown: manifest unknown' : cause;
      return new ImageError(404, `manifest for ${familiar(this.#reference)} not found: ${reason}`);
    }
    const status = `${head.status} ${head.reason}`.trim();
    if (code !== '') return new ImageError(500, `${this.#url}/${path}: ${cause} (${status})`);
    return new ImageError(500, `${this.#url}/${path}: received unexpected HTTP status: ${status}`);
  }

  #digest(data: ArrayBuffer): string {
    const hash = this.#sys.sha256();
    hash.update(data);
    return `sha256:${hash.hex()}`;
  }
}

/** What was asked for, whole or in part. */
function isContent({ status }: Head): boolean {
  return status === 200 || status === 206;
}

/** The registry gave other content than it was asked for. */
export function digestMismatch(what: string, expected: string, received: string): ImageError {
  return new ImageError(
    500,
    `${what} verification failed: digest "${expected}" expected, "${received}" received; nothing of it was kept`,
  );
}

function notUnpacked({ digest, mediaType }: Descriptor): ImageError {
  return new ImageError(
    500,
    `layer ${digest} is a "${mediaType}": layers are unpacked by the page, and this registry is not reached through it`,
  );
}

function sizeMismatch(what: string, descriptor: Descriptor, received: number): ImageError {
  return new ImageError(
    500,
    `${what} verification failed for ${descriptor.digest}: size ${descriptor.size} expected, ${received} received; nothing of it was kept`,
  );
}
