import { runDirectory } from '../container/container.ts';
import { identityOf } from '../container/files.ts';
import { startPlan } from '../container/plan.ts';
import { EngineError } from '../errors.ts';
import { parseTrace } from '../container/shim.ts';
import { argumentsOf } from '../sys/step.ts';
import { Queue } from './queue.ts';
import type { AnsweredRequest, RequestLog } from './requests.ts';
import type { Call, Route, Routes } from './router.ts';

/** The sandbox's own part of the API: read-only, under `/bottle`. */

/** Long values (a filter's program, an environment) say only how long they are. */
const LONGEST = 256;

/** `GET /bottle/containers/{id}/trace`: the steps of its start, with results and nanoseconds. */
async function trace({ context, response, parameters }: Call): Promise<void> {
  const { sys } = context;
  const container = context.containers.get(parameters['id'] ?? '');
  const path = `${runDirectory(container.id)}/trace`;
  if (!sys.stat(path)) {
    throw new EngineError(
      409,
      `container ${container.name} is not running: the trace of a start is kept as long as it runs`,
    );
  }
  const results = parseTrace(sys.readFile(path));
  // The plan is a pure function: made again, it is the one that was carried out. Only the first
  // container's has the steps that make the bridge.
  const identity = identityOf(sys, container, container.config.User);
  const plain = startPlan(container, identity, false);
  const plan = plain.length === results.length ? plain : startPlan(container, identity, true);
  await response.json(200, {
    steps: plan.flatMap((step, i) => {
      const result = results[i];
      if (!result) return [];
      const args = argumentsOf(step).map((argument) =>
        typeof argument === 'string' && argument.length <= LONGEST
          ? argument
          : `(${String(argument.length)} bytes)`,
      );
      return [
        { phase: step.phase, op: step.op, args, errno: result.errno, ns: result.nanoseconds },
      ];
    }),
  });
}

/** `GET /bottle/requests`: each request that the daemon answers from now on, a line each. */
function requests(log: RequestLog): Route {
  return async ({ request, response }) => {
    const queue = new Queue<AnsweredRequest>();
    const unsubscribe = log.subscribe((answered) => {
      queue.push(answered);
    });
    void request.gone.then(() => {
      queue.close();
    });
    try {
      await response.stream('application/json');
      for await (const answered of queue) await response.write(`${JSON.stringify(answered)}\n`);
      await response.end();
    } finally {
      unsubscribe();
    }
  };
}

export const bottleRoutes = (log: RequestLog): Routes => [
  ['GET', '/bottle/containers/:id/trace', trace],
  ['GET', '/bottle/requests', requests(log)],
];
