import { createServer } from 'node:http';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What has been asked for and answered. */
export interface Served {
  /** Below the server's path. */
  readonly path: string;
  readonly status: number;
  /** Of the body, as it travelled; 0 while that is unknown. */
  readonly bytes: number;
}

export interface FileServer {
  /** With a slash at its end. */
  readonly address: string;
  readonly served: readonly Served[];
  close(): Promise<void>;
}

export interface FileServerOptions {
  readonly host?: string;
  /** The path that stands for the folder, with a slash at both ends. */
  readonly below?: string;
  /** Changes pages on their way. */
  readonly edit?: (text: string) => string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * A plain file server, as a static host is one: text compressed, an ETag for each file, modules for pages of other
 * origins, and no other header of any use.
 */
export async function fileServer(
  root: string,
  { host = '127.0.0.1', below = '/', edit }: FileServerOptions = {},
): Promise<FileServer> {
  const served: Served[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const path = decodeURIComponent(pathname).slice(below.length);
    const answer = (status: number, bytes = 0): void => {
      response.statusCode = status;
      served.push({ path, status, bytes });
    };
    const file = join(root, normalize(`/${path}`));
    const send = async (): Promise<void> => {
      const { size, mtimeMs } = await stat(file);
      const etag = `"${String(size)}-${String(mtimeMs)}"`;
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) {
        answer(304);
        response.end();
        return;
      }
      const type = types[extname(file)];
      response.setHeader('content-type', type ?? 'application/octet-stream');
      if (edit !== undefined && file.endsWith('.html')) {
        const text = edit(await readFile(file, 'utf8'));
        answer(200, text.length);
        response.end(text);
      } else if (type !== undefined && type.startsWith('text/')) {
        const packed = gzipSync(await readFile(file));
        response.setHeader('content-encoding', 'gzip');
        answer(200, packed.length);
        response.end(packed);
      } else {
        response.setHeader('content-length', size);
        answer(200, size);
        createReadStream(file).pipe(response);
      }
    };
    if (!pathname.startsWith(below)) {
      answer(404);
      response.end();
      return;
    }
    send().catch(() => {
      answer(404);
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    address: `http://${host}:${String(address.port)}${below}`,
    served,
    close: () =>
      new Promise((closed, failed) => {
        server.closeAllConnections();
        server.close((error) => {
          if (error) failed(error);
          else closed();
        });
      }),
  };
}
