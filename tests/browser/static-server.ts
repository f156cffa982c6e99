import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A plain file server, as sites like this are put on: files below a path, and nothing clever. */
export interface StaticServer {
  /** Address of the folder, with a slash at its end. */
  readonly address: string;
  /** What it serves from now on; null: it cuts every connection. */
  folder: string | null;
  close(): void;
}

/** @param path Where the folder is, with slashes around. */
export async function serveFolder(folder: string, path = '/'): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const root = served.folder;
    if (root === null) {
      request.socket.destroy();
      return;
    }
    const inside = pathname.startsWith(path) ? pathname.slice(path.length) : null;
    const file = join(root, normalize(`/${decodeURIComponent(inside ?? '')}`));
    const found = inside === '' || inside?.endsWith('/') === true ? join(file, 'index.html') : file;
    stat(found)
      .then(
        (stats) => {
          if (inside === null || !stats.isFile()) throw new Error('not a file');
          response.setHeader('content-type', types[extname(found)] ?? 'application/octet-stream');
          response.setHeader('content-length', stats.size);
          response.setHeader('last-modified', stats.mtime.toUTCString());
          createReadStream(found).pipe(response);
        },
        () => {
          response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file\n');
        },
      )
      .catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // a server on a TCP port has such an address
  const { port } = server.address() as AddressInfo;
  const served: StaticServer = {
    address: `http://127.0.0.1:${String(port)}${path}`,
    folder,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return served;
}
