import {
  ATTACH_FRAMED,
  ATTACH_RAW,
  ATTACH_STDERR,
  ATTACH_STDIN,
  ATTACH_STDOUT,
} from '../container/shim.ts';
import { attach, parseDetachKeys } from '../container/attach.ts';
import type { Container } from '../container/container.ts';
import { emit, once } from '../container/context.ts';
import { create } from '../container/create.ts';
import { inspect, summary } from '../container/describe.ts';
import { logs, type LogOptions } from '../container/logs.ts';
import { removeForced } from '../container/remove.ts';
import { start } from '../container/start.ts';
import { kill, nextExit, restart, stop } from '../container/stop.ts';
import { unixSeconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import { familiar, parseReference, withDefaultTag } from '../image/index.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import type { Query } from './http.ts';
import { integer, truthy, type Call, type Routes } from './router.ts';
import { parseCreate } from './schema.ts';

/** The container that the path names. */
function named({ context, parameters }: Call): Container {
  return context.containers.get(parameters['id'] ?? '');
}

const LIST_FILTERS = ['ancestor', 'exited', 'id', 'label', 'name', 'status', 'network', 'health'];

function listed(container: Container, filters: Filters): boolean {
  const { id, name, config, state, image, imageId, host } = container;
  const network = host.NetworkMode === 'default' ? 'bridge' : host.NetworkMode;
  return (
    fits(filters, 'id', (wanted) => id.startsWith(wanted)) &&
    fits(filters, 'name', (wanted) => new RegExp(wanted).test(`/${name}`)) &&
    fits(filters, 'status', (wanted) => state.Status === wanted) &&
    fits(filters, 'exited', (wanted) => !state.Running && state.ExitCode === Number(wanted)) &&
    fits(filters, 'network', (wanted) => network === wanted) &&
    fits(filters, 'health', (wanted) => wanted === 'none') &&
    fits(filters, 'ancestor', (wanted) => ancestor(wanted, image, imageId)) &&
    fitsLabels(filters, config.Labels)
  );
}

function ancestor(wanted: string, image: string, imageId: string): boolean {
  if (imageId.startsWith(wanted) || imageId.startsWith(`sha256:${wanted}`)) return true;
  try {
    const name = (text: string): string => familiar(withDefaultTag(parseReference(text)));
    return name(wanted) === name(image);
  } catch {
    return false; // not a reference: no ancestor of anything
  }
}

async function list({ context, request, response }: Call): Promise<void> {
  const { query } = request;
  const filters = parseFilters(query.get('filters'), LIST_FILTERS);
  const limit = integer(query.get('limit'), 'limit') ?? 0;
  const all =
    truthy(query.get('all')) || limit > 0 || filters.has('status') || filters.has('exited');
  const now = unixSeconds(context.sys.timestamp());
  const found = context.containers
    .list()
    .filter((container) => (all || container.state.Running) && listed(container, filters));
  await response.json(
    200,
    (limit > 0 ? found.slice(0, limit) : found).map((container) => summary(container, now)),
  );
}

async function createRoute({ context, request, response }: Call): Promise<void> {
  const { config, host } = parseCreate(await request.text());
  const { container, warnings } = create(context, request.query.get('name'), config, host);
  await response.json(201, { Id: container.id, Warnings: warnings });
}

async function inspectRoute(call: Call): Promise<void> {
  await call.response.json(200, inspect(named(call)));
}

async function startRoute(call: Call): Promise<void> {
  await start(call.context, named(call));
  await call.response.empty(204);
}

async function stopRoute(call: Call): Promise<void> {
  const { query } = call.request;
  await stop(call.context, named(call), integer(query.get('t'), 't'), query.get('signal'));
  await call.response.empty(204);
}

async function restartRoute(call: Call): Promise<void> {
  await restart(call.context, named(call), integer(call.request.query.get('t'), 't'));
  await call.response.empty(204);
}

async function killRoute(call: Call): Promise<void> {
  const signal = call.request.query.get('signal') ?? '';
  kill(call.context, named(call), signal === '' ? 'SIGKILL' : signal);
  await call.response.empty(204);
}

async function removeRoute(call: Call): Promise<void> {
  const { query } = call.request;
  await removeForced(call.context, named(call), {
    force: truthy(query.get('force')),
    volumes: truthy(query.get('v')),
  });
  await call.response.empty(204);
}

async function wait(call: Call): Promise<void> {
  const { context, request, response } = call;
  const container = named(call);
  const condition = request.query.get('condition') ?? 'not-running';
  let outcome: Promise<number>;
  if (condition === 'next-exit') {
    outcome = nextExit(context, container);
  } else if (condition === 'removed') {
    outcome = new Promise((resolve) => {
      once(context.removals, container.id, () => {
        resolve(container.state.ExitCode);
      });
    });
  } else if (condition === 'not-running' || condition === '') {
    const { Running, ExitCode } = container.state;
    outcome = Running ? nextExit(context, container) : Promise.resolve(ExitCode);
  } else {
    throw new EngineError(400, `invalid condition: "${condition}"`);
  }
  // The client starts the container only when this answer has begun.
  await response.stream('application/json');
  const status = await Promise.race([outcome, request.gone.then(() => null)]);
  if (status !== null) await response.write(`${JSON.stringify({ StatusCode: status })}\n`);
  await response.end();
}

async function resize(call: Call): Promise<void> {
  const { context, request, response } = call;
  const container = named(call);
  if (!container.state.Running) {
    throw new EngineError(409, `container ${container.id} is not running`);
  }
  const [rows, cols] = size(request.query);
  context.shims.get(container.id)?.resize(rows, cols);
  emit(context, container, 'resize', { height: String(rows), width: String(cols) });
  await response.text(200, '', 'text/plain');
}

/** `h` and `w` of a resize. */
export function size(query: Query): readonly [rows: number, cols: number] {
  const part = (name: string): number => {
    const value = integer(query.get(name), name) ?? 0;
    if (value < 0 || value > 65535) throw new EngineError(400, `invalid value for ${name}`);
    return value;
  };
  return [part('h'), part('w')];
}

async function logsRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const { query } = request;
  const container = named(call);
  const tail = query.get('tail') ?? 'all';
  const options: LogOptions = {
    stdout: truthy(query.get('stdout')),
    stderr: truthy(query.get('stderr')),
    timestamps: truthy(query.get('timestamps')),
    follow: truthy(query.get('follow')),
    tail: /^\d+$/.test(tail) ? Number(tail) : null,
    since: query.get('since') ?? '',
    until: query.get('until') ?? '',
  };
  if (!options.stdout && !options.stderr) {
    throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
  }
  const gone = options.follow ? request.gone : Promise.resolve();
  const pieces = logs(context.sys, container, options, gone);
  // The first piece before the head: a log that cannot be read is an error with a status.
  let piece = await pieces.next();
  const stream = container.config.Tty ? 'raw' : 'multiplexed';
  await response.stream(`application/vnd.docker.${stream}-stream`);
  for (; !piece.done; piece = await pieces.next()) await response.write(piece.value);
  await response.end();
}

async function attachRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const { query } = request;
  const container = named(call);
  const { config, state } = container;
  if (state.Paused) {
    throw new EngineError(409, `container ${container.id} is paused, unpause it first`);
  }
  const keys = parseDetachKeys(query.get('detachKeys') ?? '');
  const wants = (name: string): boolean => truthy(query.get(name));
  const streams =
    (wants('stdin') && config.OpenStdin ? ATTACH_STDIN : 0) |
    (wants('stdout') ? ATTACH_STDOUT : 0) |
    (wants('stderr') ? ATTACH_STDERR : 0);
  const { fd, rest } = await response.hijack(request.upgrade, config.Tty);
  if (wants('logs')) await replay(call, container, fd);
  if (!wants('stream')) {
    context.sys.close(fd);
    return;
  }
  await attach(context, container, {
    fd,
    flags: streams | (config.Tty ? ATTACH_RAW : ATTACH_FRAMED),
    detachKeys: config.Tty ? keys : new Uint8Array(0),
    rest,
  });
}

/** What the container said before the client came. */
async function replay({ context }: Call, container: Container, fd: number): Promise<void> {
  const options: LogOptions = {
    stdout: true,
    stderr: true,
    timestamps: false,
    follow: false,
    tail: null,
    since: '',
    until: '',
  };
  for await (const piece of logs(context.sys, container, options, Promise.resolve())) {
    await context.sys.write(fd, piece);
  }
}

export const containerRoutes: Routes = [
  ['GET', '/containers/json', list],
  ['POST', '/containers/create', createRoute],
  ['GET', '/containers/:id/json', inspectRoute],
  ['POST', '/containers/:id/start', startRoute],
  ['POST', '/containers/:id/stop', stopRoute],
  ['POST', '/containers/:id/restart', restartRoute],
  ['POST', '/containers/:id/kill', killRoute],
  ['POST', '/containers/:id/wait', wait],
  ['POST', '/containers/:id/resize', resize],
  ['POST', '/containers/:id/attach', attachRoute],
  ['GET', '/containers/:id/logs', logsRoute],
  ['DELETE', '/containers/:id', removeRoute],
];
