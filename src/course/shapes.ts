/**
 * The engine's answers, checked at the door: the few fields that are read, of Docker Engine API v1.47
 * (`GET /containers/json`, `/containers/{id}/json`, `/images/json`, `/events`) and of our `/bottle/requests`.
 */
import { z } from 'zod';
import type { SeenContainer, SeenImage, SeenRequest } from './engine.ts';

/** RFC 3339 with up to nine decimals; Date takes three everywhere. Ten, thirteen and nineteen digits are s, ms, ns. */
const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms =
    typeof value === 'number'
      ? toMilliseconds(value)
      : Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

function toMilliseconds(value: number): number {
  if (value > 1e17) return value / 1e6;
  if (value > 1e14) return value / 1e3;
  return value > 1e11 ? value : value * 1e3;
}

const status = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);

export const containerList = z.array(z.object({ Id: z.string() }));

export const containerInspect = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Created: time,
    State: z.object({ Status: status, ExitCode: z.number() }),
    Config: z.object({ Image: z.string(), Tty: z.boolean(), OpenStdin: z.boolean() }),
  })
  .transform((answer): SeenContainer => ({
    id: answer.Id,
    name: answer.Name.replace(/^\//, ''),
    image: answer.Config.Image,
    status: answer.State.Status,
    exitCode: answer.State.Status === 'exited' ? answer.State.ExitCode : null,
    tty: answer.Config.Tty && answer.Config.OpenStdin,
    created: answer.Created,
    removed: false,
  }));

export const imageList = z.array(
  z
    .object({ Id: z.string(), RepoTags: z.array(z.string()).nullable() })
    .transform((answer): SeenImage => ({ id: answer.Id, tags: answer.RepoTags ?? [] })),
);

export const event = z
  .object({
    Type: z.string(),
    Action: z.string(),
    Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
    time: z.number().optional(),
    timeNano: z.number().optional(),
  })
  .transform((answer) => ({
    type: answer.Type,
    action: answer.Action,
    id: answer.Actor.ID,
    attributes: answer.Actor.Attributes ?? {},
    time: toMilliseconds(answer.timeNano ?? answer.time ?? 0),
  }));
export type EngineEvent = z.infer<typeof event>;

export const requestLine = z
  .object({
    time,
    method: z.string(),
    path: z.string(),
    status: z.number(),
    client: z.enum(['cli', 'page', 'other']),
  })
  .transform((answer): { client: 'cli' | 'page' | 'other'; request: SeenRequest } => {
    const [path = '', query = ''] = answer.path.split('?', 2);
    return {
      client: answer.client,
      request: {
        method: answer.method,
        path,
        query: Object.fromEntries(new URLSearchParams(query)),
        status: answer.status,
        time: answer.time,
      },
    };
  });
