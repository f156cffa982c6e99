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
import { inspect } from '../container/describe.ts';
import { logs, type LogOptions } from '../container/logs/index.ts';
import { sizesOf } from '../container/size.ts';
import { removeForced } from '../container/remove.ts';
import { start } from '../container/start.ts';
import { nextExit } from '../container/signal.ts';
import { kill, restart, stop } from '../container/stop.ts';
import { EngineError } from '../errors.ts';
import type { Query } from './query.ts';
import { list } from './list.ts';
import { integer, truthy, type Call, type Routes } from './router.ts';
import { parseCreate } from './schema.ts';

/** The container that the path names. */
function named({ context, parameters }: Call): Container {
  return context.containers.get(parameters['id'] ?? '');
}

async function createRoute({ context, request, response }: Call): Promise<void> {
  const { config, host, networking } = parseCreate(await request.text());
  const { container, warnings } = create(
    context,
    request.query.get('name'),
    config,
    host,
    networking,
  );
  await response.json(201, { Id: container.id, Warnings: warnings });
}

async function inspectRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const container = named(call);
  const sizes = truthy(request.query.get('size')) ? sizesOf(context, container) : {};
  await response.json(200, { ...inspect(context, container), ...sizes });
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
  const { query } = call.request;
  await restart(call.context, named(call), integer(query.get('t'), 't'), query.get('signal'));
  await call.response.empty(204);
}

async function killRoute(call: Call): Promise<void> {
  const reference = call.parameters['id'] ?? '';
  await kill(call.context, named(call), reference, call.request.query.get('signal') ?? '');
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
    details: truthy(query.get('details')),
    follow: truthy(query.get('follow')),
    tail: /^\d+$/.test(tail) ? Number(tail) : null,
    since: query.get('since') ?? '',
    until: query.get('until') ?? '',
  };
  if (!options.stdout && !options.stderr) {
    throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
  }
  const gone = options.follow ? request.gone : Promise.resolve();
  const pieces = logs(context, container, options, gone);
  // The first piece before the head: a log that cannot be read is an error with a status.
  let piece = await pieces.next();
  const stream = container.config.Tty ? 'raw' : 'multiplexed';
  await response.stream(`application/vnd.docker.${stream}-stream`);
  for (; !piece.done; piece = await pieces.next()) await response.write(piece.value);
  await response.end();
}

async function attachRoute(call: Call): Promise<void> {
  const { context, request, response, parameters } = call;
  const { query } = request;
  const container = named(call);
  const { config, state } = container;
  if (state.Restarting) {
    throw new EngineError(
      409,
      `container ${parameters['id'] ?? ''} is restarting, wait until the container is running`,
    );
  }
  if (state.Paused) {
    throw new EngineError(
      409,
      `container ${parameters['id'] ?? ''} is paused, unpause the container before attach`,
    );
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
    details: false,
    follow: false,
    tail: null,
    since: '',
    until: '',
  };
  for await (const piece of logs(context, container, options, Promise.resolve())) {
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
