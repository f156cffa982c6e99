import { HttpClient, type Head } from '../distribution/http.ts';
import type { Cancellation } from '../distribution/index.ts';
import { O_CREAT, O_WRONLY } from '../sys/fcntl.ts';
import type { Sys } from '../sys/sys.ts';

/** Whether a source is fetched over the network. */
export function isUrl(word: string): boolean {
  return /^https?:\/\//.test(word);
}

/** A file that was fetched. */
export interface Download {
  /** The last part of its URL's path; '' when there is none. */
  readonly name: string;
  /** SHA-256 of its content, `sha256:…`. */
  readonly digest: string;
}

/** Fetches `url` into `directory` under its own name, or `__unnamed__`. Throws Docker's sentences. */
export async function download(
  sys: Sys,
  url: string,
  directory: string,
  signal: Cancellation,
): Promise<Download> {
  const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/, '');
  let name = decode(path.slice(path.lastIndexOf('/') + 1));
  if (name === '.' || name === '..' || name.includes('/')) name = '';
  const file = `${directory}/${name || '__unnamed__'}`;
  const http = new HttpClient(sys, signal);
  const hash = sys.sha256();
  const fd = sys.open(file, O_WRONLY | O_CREAT, 0o600);
  try {
    let failed: Head | null = null;
    let written: Promise<void> = Promise.resolve();
    await http.get(url, {}, (head) => {
      if (head.status >= 400) failed = head;
      return (data) => {
        hash.update(data);
        written = written.then(() => sys.write(fd, data));
      };
    });
    if (failed !== null) {
      const { status, reason } = failed;
      throw new Error(`failed to GET ${url} with status ${status} ${reason}`);
    }
    await written;
    return { name, digest: `sha256:${hash.hex()}` };
  } finally {
    http.close();
    sys.close(fd);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
