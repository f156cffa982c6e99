import { ContainerPath, unpackInto } from '../container/archive.ts';
import { EngineError } from '../errors.ts';
import type { TarWriter } from '../sys/archives.ts';
import type { LayerExtractor, Sys } from '../sys/sys.ts';
import type { Request } from './http.ts';
import type { Response } from './response.ts';
import { truthy, type Call, type Routes } from './router.ts';

/** How much of an archive is on its way at a time: few large pieces cost less than many small ones. */
const PIECE = 256 * 1024;

/** Sends an archive as the answer's body. */
export async function sendTar(response: Response, tar: TarWriter, headers = ''): Promise<void> {
  // The first piece before the head: a tree that cannot be read is an error with a status.
  let piece = tar.read(PIECE);
  await response.stream('application/x-tar', headers);
  for (; piece.byteLength > 0; piece = tar.read(PIECE)) await response.write(new Uint8Array(piece));
  await response.end();
}

/**
 * Unpacks a request's body.
 * @throws EngineError 400 for what is no archive or leads out of the directory, 500 when the disk is full
 */
async function receiveTar(request: Request, extractor: LayerExtractor): Promise<void> {
  for (let piece = await request.read(); piece; piece = await request.read()) {
    unpacking(() => {
      extractor.write(piece);
    });
  }
  unpacking(() => extractor.end());
}

/** Runs a part of an extraction; what goes wrong there is the archive's fault, or the disk's. */
export function unpacking<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineError(error instanceof Error && 'errno' in error ? 500 : 400, message);
  }
}

function pathOf({ request }: Call): string {
  const path = request.query.get('path') ?? '';
  if (path === '') throw new EngineError(400, "bad parameter: 'path' cannot be empty");
  return path;
}

function statHeader(sys: Sys, found: ContainerPath): string {
  return `X-Docker-Container-Path-Stat: ${sys.base64(sys.encode(JSON.stringify(found.stat)))}\r\n`;
}

async function get(call: Call): Promise<void> {
  const { context, request, response, parameters } = call;
  const called = parameters['id'] ?? '';
  const container = context.containers.get(called);
  const found = new ContainerPath(context.sys, container, pathOf(call), called);
  try {
    const header = statHeader(context.sys, found);
    if (request.method === 'HEAD') {
      await response.text(200, '', 'application/x-tar', header);
      return;
    }
    const tar = found.pack();
    try {
      await sendTar(response, tar, header);
    } finally {
      tar.close();
    }
  } finally {
    found.close();
  }
}

async function put(call: Call): Promise<void> {
  const { context, request, response, parameters } = call;
  const called = parameters['id'] ?? '';
  const { query } = request;
  const asked = {
    path: pathOf(call),
    noOverwriteDirNonDir: truthy(query.get('noOverwriteDirNonDir')),
    copyUIDGID: truthy(query.get('copyUIDGID')),
  };
  const container = context.containers.get(called);
  await unpackInto(context, container, asked, called, (extractor) =>
    receiveTar(request, extractor),
  );
  await response.text(200, '', 'text/plain');
}

export const archiveRoutes: Routes = [
  ['GET', '/containers/:id/archive', get],
  ['PUT', '/containers/:id/archive', put],
];
