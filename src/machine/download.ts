import { FILES, gunzip } from './assets.ts';
import type { AssetName, ReadOptions } from './assets.ts';
import { MachineError, reasonOf } from './errors.ts';

/** Fetches one file. Throws `download-failed` or `aborted`. */
export async function download(url: URL, options: ReadOptions = {}): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, options.signal ? { signal: options.signal } : {});
  } catch (error) {
    throw failed(url, reasonOf(error), options.signal, error);
  }
  if (!response.ok)
    throw failed(url, `the server answered ${response.status} ${response.statusText}`.trim());
  try {
    return await collect(response, options);
  } catch (error) {
    throw failed(url, reasonOf(error), options.signal, error);
  }
}

/** Fetches one part of a machine, relative to the folder `root`, and takes the gzip off. */
export async function downloadPart(
  root: URL,
  name: AssetName | 'wasm',
  options?: ReadOptions,
): Promise<ArrayBuffer> {
  const bytes = await download(new URL(FILES[name], root), options);
  // a server may have taken the gzip off already, announcing it as a content encoding
  return FILES[name].endsWith('.gz') && isGzip(bytes) ? gunzip(bytes, FILES[name]) : bytes;
}

function isGzip(bytes: ArrayBuffer): boolean {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  return first === 0x1f && second === 0x8b;
}

function failed(url: URL, reason: string, signal?: AbortSignal, cause?: unknown): MachineError {
  if (signal?.aborted)
    return new MachineError('aborted', `Loading ${url.pathname} was stopped.`, { cause });
  return new MachineError(
    'download-failed',
    `${url.pathname} could not be loaded from ${url.host}: ${reason}. Check the connection and try again.`,
    { cause },
  );
}

async function collect(response: Response, { onProgress }: ReadOptions): Promise<ArrayBuffer> {
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!response.body || !onProgress) return response.arrayBuffer();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress(loaded, Math.max(total, loaded));
  }
  return new Blob(chunks).arrayBuffer();
}
