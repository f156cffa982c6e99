import type { ProcessesView, SignalsView, TraceView } from '../../protocol/bottle.ts';
import { libDirectory, runDirectory, type Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { EngineError } from '../errors.ts';
import { parseTrace } from '../container/shim.ts';
import { cgroup } from '../observe/cgroup.ts';
import { layers } from '../observe/layers.ts';
import { namespaces } from '../observe/namespaces.ts';
import { gauges, images, picture } from '../observe/picture.ts';
import { processes } from '../observe/processes.ts';
import { readRecords } from '../sys/step.ts';
import { Queue } from './queue.ts';
import type { AnsweredRequest, RequestLog } from './requests.ts';
import { truthy, type Call, type Route, type Routes } from './router.ts';

/** The sandbox's own part of the API: read-only, under `/bottle`. */

/** What the shim reports of a step whose turn has not come: those after the container's end. */
const NOT_RUN = -2;

/** Longer values (an environment) are cut. */
const LONGEST = 256;

/** `GET /bottle/containers/{id}/trace`: the steps of its last start, with results and nanoseconds. */
async function trace({ context, response, parameters }: Call): Promise<void> {
  const { sys } = context;
  const { id, name } = context.containers.get(parameters['id'] ?? '');
  const directory = [runDirectory(id), libDirectory(id)].find((each) => sys.stat(`${each}/trace`));
  if (directory === undefined) {
    throw new EngineError(409, `container ${name} has not been started: there is nothing to trace`);
  }
  const results = parseTrace(sys.readFile(`${directory}/trace`));
  const plan = readRecords(sys.readFile(`${directory}/plan`), (bytes) => sys.decode(bytes));
  const body: TraceView = {
    steps: plan.flatMap(([phase = '', op = '', ...args], i) => {
      const result = results[i];
      if (!result || result.errno === NOT_RUN) return [];
      const shown = args.map((text) =>
        text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`,
      );
      return [{ phase, op, args: shown, errno: result.errno, ns: result.nanoseconds }];
    }),
  };
  await response.json(200, body);
}

const named = ({ context, parameters }: Call): Container =>
  context.containers.get(parameters['id'] ?? '');

/** A view of one container. */
const view =
  (look: (context: Context, container: Container) => object): Route =>
  (call) =>
    call.response.json(200, look(call.context, named(call)));

/** A view of the machine. */
const whole =
  (look: (context: Context) => object): Route =>
  ({ context, response }) =>
    response.json(200, look(context));

const allProcesses = (context: Context): ProcessesView => ({ processes: processes(context) });

/** `GET /bottle/signals`: the last ones, or with `follow` each from now on, a line each. */
async function signals(call: Call): Promise<void> {
  const { context, request, response } = call;
  if (truthy(request.query.get('follow'))) {
    await follow(call, (push) => context.signals.subscribe(push));
    return;
  }
  const body: SignalsView = { signals: context.signals.recent() };
  await response.json(200, body);
}

/** `GET /bottle/requests`: each request that the daemon answers from now on, a line each. */
function requests(log: RequestLog): Route {
  return (call) => follow<AnsweredRequest>(call, (push) => log.subscribe(push));
}

/** Answers with a line of JSON for each item that `subscribe` brings, until the client goes. */
async function follow<T>(
  { request, response }: Call,
  subscribe: (push: (item: T) => void) => () => void,
): Promise<void> {
  const queue = new Queue<T>();
  const unsubscribe = subscribe((item) => {
    queue.push(item);
  });
  void request.gone.then(() => {
    queue.close();
  });
  try {
    await response.stream('application/json');
    for await (const item of queue) await response.write(`${JSON.stringify(item)}\n`);
    await response.end();
  } finally {
    unsubscribe();
  }
}

export const bottleRoutes = (log: RequestLog): Routes => [
  ['GET', '/bottle/containers/:id/trace', trace],
  ['GET', '/bottle/containers/:id/namespaces', view(namespaces)],
  ['GET', '/bottle/containers/:id/cgroup', view(cgroup)],
  ['GET', '/bottle/containers/:id/layers', view(layers)],
  ['GET', '/bottle/processes', whole(allProcesses)],
  ['GET', '/bottle/picture', whole(picture)],
  ['GET', '/bottle/gauges', whole(gauges)],
  ['GET', '/bottle/images', whole(images)],
  ['GET', '/bottle/signals', signals],
  ['GET', '/bottle/requests', requests(log)],
];
