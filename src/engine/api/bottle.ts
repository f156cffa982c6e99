import { libDirectory, runDirectory } from '../container/container.ts';
import { EngineError } from '../errors.ts';
import { parseTrace } from '../container/shim.ts';
import { readRecords } from '../sys/step.ts';
import { Queue } from './queue.ts';
import type { AnsweredRequest, RequestLog } from './requests.ts';
import type { Call, Route, Routes } from './router.ts';

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
  await response.json(200, {
    steps: plan.flatMap(([phase, op, ...args], i) => {
      const result = results[i];
      if (!result || result.errno === NOT_RUN) return [];
      const shown = args.map((text) =>
        text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`,
      );
      return [{ phase, op, args: shown, errno: result.errno, ns: result.nanoseconds }];
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
