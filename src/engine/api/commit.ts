import { applyChanges, commit } from '../container/commit.ts';
import { changes, exportTar } from '../container/export.ts';
import { HttpClient } from '../distribution/http.ts';
import { EngineError } from '../errors.ts';
import { Import } from '../image/import.ts';
import { parseReference, withDefaultTag, withTagOrDigest, type Reference } from '../image/index.ts';
import { sendTar, unpacking } from './archive.ts';
import type { Query } from './query.ts';
import { truthy, type Call, type Routes } from './router.ts';

async function changesRoute({ context, response, parameters }: Call): Promise<void> {
  const container = context.containers.get(parameters['id'] ?? '');
  const found = changes(context.sys, container);
  await response.json(200, found.length > 0 ? found : null);
}

async function exportRoute({ context, response, parameters }: Call): Promise<void> {
  const container = context.containers.get(parameters['id'] ?? '');
  const { tar, close } = exportTar(context.sys, container);
  try {
    await sendTar(response, tar);
  } finally {
    close();
  }
  context.events.emit('container', 'export', container.id, {
    image: container.image,
    name: container.name,
    ...container.config.Labels,
  });
}

/** `repo` and `tag` of a query; null without a repository. */
function nameOf(query: Query): Reference | null {
  const repository = query.get('repo') ?? '';
  const tag = query.get('tag') ?? '';
  if (repository === '') return null;
  const name = parseReference(repository);
  if (name.digest !== null) {
    throw new EngineError(400, 'refusing to create a tag with a digest reference');
  }
  return tag === '' ? withDefaultTag(name) : withTagOrDigest(name, tag);
}

async function commitRoute({ context, request, response }: Call): Promise<void> {
  const { query } = request;
  const container = context.containers.get(query.get('container') ?? '');
  const image = await commit(context, container, {
    name: nameOf(query),
    author: query.get('author') ?? '',
    comment: query.get('comment') ?? '',
    // Absent means yes, as in Docker since API 1.13.
    pause: query.get('pause') === undefined || truthy(query.get('pause')),
    changes: request.values('changes'),
  });
  await response.json(201, { Id: image.id });
}

/** `POST /images/create?fromSrc=…`: an image of an archive, from the body (`-`) or a URL. */
export async function importRoute({ context, request, response }: Call): Promise<void> {
  const { query } = request;
  const { sys } = context;
  const source = query.get('fromSrc') ?? '';
  const name = nameOf(query);
  const config = applyChanges({}, request.values('changes'));
  const work = new Import(sys, context.images);
  let image;
  try {
    if (source === '-') {
      for (let piece = await request.read(); piece; piece = await request.read()) {
        unpackPiece(work, piece);
      }
    } else {
      await download(context.sys, source, (piece) => {
        unpackPiece(work, piece);
      });
    }
    const message = query.get('message') ?? '';
    image = unpacking(() =>
      work.finish({
        name,
        message: message === '' ? `Imported from ${source}` : message,
        created: sys.timestamp(),
        config,
      }),
    );
  } catch (error) {
    work.abandon();
    throw error;
  }
  await response.stream('application/json');
  await response.write(`${JSON.stringify({ status: image.id })}\r\n`);
  await response.end();
}

function unpackPiece(work: Import, piece: ArrayBuffer): void {
  unpacking(() => {
    work.write(piece);
  });
}

async function download(
  sys: Call['context']['sys'],
  url: string,
  take: (piece: ArrayBuffer) => void,
): Promise<void> {
  const client = new HttpClient(sys);
  try {
    const target = /^https?:\/\//.test(url) ? url : `http://${url}`;
    const head = await client.get(target, {}, ({ status }) =>
      status === 200 ? take : () => undefined,
    );
    if (head.status !== 200) {
      throw new EngineError(
        500,
        `received unexpected HTTP status: ${String(head.status)} ${head.reason}`,
      );
    }
  } finally {
    client.close();
  }
}

export const commitRoutes: Routes = [
  ['GET', '/containers/:id/changes', changesRoute],
  ['GET', '/containers/:id/export', exportRoute],
  ['POST', '/commit', commitRoute],
];
