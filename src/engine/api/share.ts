/** Images on their way out and in: registries (`push`, `auth`) and archives (`get`, `load`). */
import { login, push } from '../distribution/index.ts';
import { Load } from '../distribution/archive/load.ts';
import { save, toBeSaved } from '../distribution/archive/save.ts';
import { parseReference, withTagOrDigest } from '../image/index.ts';
import { parseAuthConfig, credentialsOf } from './credentials.ts';
import { registries } from './registries.ts';
import { reported, whileThere } from './report.ts';
import { truthy, type Call, type Routes } from './router.ts';

/** `POST /images/{name}/push`: a tag, or all of the repository without one. */
async function pushRoute({ context, request, response, parameters }: Call): Promise<void> {
  const { sys, images } = context;
  const name = parameters['name'] ?? '';
  const tag = request.query.get('tag') ?? '';
  const bare = parseReference(name);
  const reference = tag === '' ? bare : withTagOrDigest(bare, tag);
  const credentials = credentialsOf(sys, request);
  await reported(sys, `push ${name}`, response, (send) =>
    push({ sys, images, registries: registries(sys) }, reference, {
      ...(credentials === null ? {} : { credentials }),
      progress: send,
      signal: whileThere(request),
    }),
  );
}

/** `POST /auth`: whether a name and a password are right. */
async function authRoute({ context, request, response }: Call): Promise<void> {
  const { server, credentials } = parseAuthConfig(await request.text());
  await login(context.sys, {
    server,
    credentials,
    registries: registries(context.sys),
    signal: whileThere(request),
  });
  await response.json(200, { IdentityToken: '', Status: 'Login Succeeded' });
}

/** `GET /images/get?names=…`, `GET /images/{name}/get`. */
async function saveRoute({ context, request, response, parameters }: Call): Promise<void> {
  const { sys, images } = context;
  const { name } = parameters;
  const saved = toBeSaved(images, name === undefined ? request.values('names') : [name]);
  const owner = `save ${++saves}`;
  const chain = saved.flatMap(({ image }) => image.layers.map(({ chainId }) => chainId));
  images.retain(owner, chain);
  try {
    const pieces = save(sys, images, saved);
    // The first piece before the head: an image that cannot be saved is an error with a status.
    let next = pieces.next();
    await response.stream('application/x-tar');
    for (; next.done !== true; next = pieces.next()) {
      await response.write(
        next.value instanceof Uint8Array ? next.value : new Uint8Array(next.value),
      );
    }
    await response.end();
  } finally {
    images.release(owner);
  }
  for (const { image } of saved) images.emit('save', image.id, image.id);
}

/** Names who holds on to layers while they are saved. */
let saves = 0;

/** `POST /images/load`. */
async function loadRoute({ context, request, response }: Call): Promise<void> {
  const { sys, images } = context;
  await reported(sys, 'load', response, async (send) => {
    const load = new Load(sys, images, send, truthy(request.query.get('quiet')));
    try {
      for (let piece = await request.read(); piece; piece = await request.read()) load.write(piece);
      load.finish();
    } catch (error) {
      load.abandon();
      throw error;
    }
  });
}

export const shareRoutes: Routes = [
  ['POST', '/auth', authRoute],
  ['GET', '/images/get', saveRoute],
  ['POST', '/images/load', loadRoute],
  ['GET', '/images/:name{.+}/get', saveRoute],
  ['POST', '/images/:name{.+}/push', pushRoute],
];
