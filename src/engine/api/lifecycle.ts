import * as v from 'valibot';
import type { Container } from '../container/container.ts';
import { pause, unpause } from '../container/pause.ts';
import { prune } from '../container/prune.ts';
import { rename } from '../container/rename.ts';
import { sample, statsDocument, type Sample } from '../container/stats.ts';
import { top } from '../container/top/index.ts';
import { update } from '../container/update.ts';
import { parseTime, unixNanoseconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import { fitsLabels, parseFilters } from './filters.ts';
import { truthy, type Call, type Routes } from './router.ts';
import { parseBody } from './schema.ts';

function named({ context, parameters }: Call): Container {
  return context.containers.get(parameters['id'] ?? '');
}

async function pauseRoute(call: Call): Promise<void> {
  pause(call.context, named(call));
  await call.response.empty(204);
}

async function unpauseRoute(call: Call): Promise<void> {
  unpause(call.context, named(call));
  await call.response.empty(204);
}

async function renameRoute(call: Call): Promise<void> {
  rename(call.context, named(call), call.request.query.get('name') ?? '');
  await call.response.empty(204);
}

const whole = v.optional(v.nullable(v.pipe(v.number(), v.safeInteger())), 0);
const text = v.optional(v.nullable(v.string()), '');

const updateSchema = v.looseObject({
  Memory: whole,
  MemorySwap: whole,
  MemoryReservation: whole,
  NanoCpus: whole,
  CpuShares: whole,
  CpuPeriod: whole,
  CpuQuota: whole,
  CpusetCpus: text,
  CpusetMems: text,
  PidsLimit: whole,
  RestartPolicy: v.nullish(v.looseObject({ Name: text, MaximumRetryCount: whole })),
});

async function updateRoute(call: Call): Promise<void> {
  const container = named(call);
  const asked = parseBody(updateSchema, await call.request.text());
  const policy = asked.RestartPolicy;
  const warnings = update(call.context, container, {
    Memory: asked.Memory ?? 0,
    MemorySwap: asked.MemorySwap ?? 0,
    MemoryReservation: asked.MemoryReservation ?? 0,
    NanoCpus: asked.NanoCpus ?? 0,
    CpuShares: asked.CpuShares ?? 0,
    CpuPeriod: asked.CpuPeriod ?? 0,
    CpuQuota: asked.CpuQuota ?? 0,
    CpusetCpus: asked.CpusetCpus ?? '',
    CpusetMems: asked.CpusetMems ?? '',
    PidsLimit: asked.PidsLimit ?? 0,
    ...(policy && {
      RestartPolicy: {
        Name: policy.Name ?? '',
        MaximumRetryCount: policy.MaximumRetryCount ?? 0,
      },
    }),
  });
  await call.response.json(200, { Warnings: warnings });
}

async function topRoute(call: Call): Promise<void> {
  const listing = top(call.context, named(call), call.request.query.get('ps_args') ?? '');
  await call.response.json(200, listing);
}

/** Milliseconds between two readings. */
const INTERVAL = 1000;

/**
 * `GET /containers/{id}/stats`: a reading a second; with `stream=0` one, beside the one of a second
 * before, or with `one-shot` at once and beside none.
 */
async function statsRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const { sys, containers } = context;
  const { query } = request;
  const container = named(call);
  const stream = truthy(query.get('stream') ?? '1');
  const oneShot = truthy(query.get('one-shot'));
  if (stream && oneShot) {
    throw new EngineError(400, 'cannot have stream=true and one-shot=true');
  }
  let before: Sample | null = null;
  if (!stream) {
    if (!oneShot && container.state.Running) {
      before = sample(sys, container);
      await pass(call, INTERVAL);
    }
    await response.json(200, statsDocument(container, sample(sys, container), before));
    return;
  }
  const show = async (): Promise<void> => {
    const now = sample(sys, container);
    await response.write(`${JSON.stringify(statsDocument(container, now, before))}\n`);
    before = now;
  };
  await response.stream('application/json');
  await show();
  while ((await pass(call, INTERVAL)) && containers.has(container.id)) await show();
  await response.end();
}

/** Waits; false when the client went away meanwhile. */
async function pass({ context: { sys }, request }: Call, milliseconds: number): Promise<boolean> {
  let timer: number | undefined;
  const passed = new Promise<boolean>((resolve) => {
    timer = sys.setTimer(milliseconds, () => {
      resolve(true);
    });
  });
  const here = await Promise.race([passed, request.gone.then(() => false)]);
  if (timer !== undefined) sys.clearTimer(timer);
  return here;
}

/** `until`: what was made before a time, or longer ago than a span (`10m`). */
async function pruneRoute({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), ['until', 'label', 'label!']);
  const until = untilOf(filters.get('until') ?? [], context.sys.timestamp());
  const without = new Map([['label', filters.get('label!') ?? []]]);
  const { ids, bytes } = prune(
    context,
    ({ created, config }) =>
      (until === null || BigInt(unixNanoseconds(created)) < until) &&
      fitsLabels(filters, config.Labels) &&
      (!filters.has('label!') || !fitsLabels(without, config.Labels)),
  );
  await response.json(200, {
    ContainersDeleted: ids.length > 0 ? ids : null,
    SpaceReclaimed: bytes,
  });
}

/** `until` of a prune, in ns since the epoch; null without one. */
export function untilOf(values: readonly string[], now: string): bigint | null {
  const [value, more] = values;
  if (value === undefined) return null;
  if (more !== undefined) throw new EngineError(400, 'more than one until filter specified');
  const span = goSpan(value);
  if (span !== null) return BigInt(unixNanoseconds(now)) - span;
  const time = parseTime(value);
  if (time === null) throw new EngineError(400, `failed to parse until filter: ${value}`);
  return time;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/** A span as Go writes it (`1h30m`), in nanoseconds; null when it is none. */
function goSpan(text: string): bigint | null {
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text)) return null;
  let sum = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ns|us|ms|s|m|h)/g)) {
    sum += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return BigInt(Math.round(sum));
}

export const lifecycleRoutes: Routes = [
  ['POST', '/containers/prune', pruneRoute],
  ['POST', '/containers/:id/pause', pauseRoute],
  ['POST', '/containers/:id/unpause', unpauseRoute],
  ['POST', '/containers/:id/rename', renameRoute],
  ['POST', '/containers/:id/update', updateRoute],
  ['GET', '/containers/:id/top', topRoute],
  ['GET', '/containers/:id/stats', statsRoute],
];
