/**
 * The engine's answers, checked at the door: the few fields that are read, of Docker Engine API v1.47
 * (`GET /containers/json`, `/containers/{id}/json`, `/images/json`, `/events`) and of our `/bottle/requests`.
 */
// The page carries this: zod/mini is a quarter of zod's bytes.
import * as z from 'zod/mini';
import type { SeenContainer, SeenImage, SeenRequest } from './engine.ts';

/** RFC 3339 with up to nine decimals; Date takes three everywhere. Ten, thirteen and nineteen digits are s, ms, ns. */
const time = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((value, context) => {
    const ms =
      typeof value === 'number'
        ? toMilliseconds(value)
        : Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
    if (Number.isFinite(ms)) return ms;
    context.issues.push({ code: 'custom', input: value, message: 'not a time' });
    return z.NEVER;
  }),
);

function toMilliseconds(value: number): number {
  if (value > 1e17) return value / 1e6;
  if (value > 1e14) return value / 1e3;
  return value > 1e11 ? value : value * 1e3;
}

const status = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);

export const containerList = z.array(z.object({ Id: z.string() }));

export const containerInspect = z.pipe(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Created: time,
    Path: z.string(),
    Args: z.array(z.string()),
    State: z.object({ Status: status, ExitCode: z.number(), StartedAt: z.string() }),
    Config: z.object({
      Image: z.string(),
      Tty: z.boolean(),
      OpenStdin: z.boolean(),
      Env: z.nullable(z.array(z.string())),
    }),
    HostConfig: z.object({
      PortBindings: z.nullish(
        z.record(z.string(), z.nullable(z.array(z.object({ HostPort: z.string() })))),
      ),
    }),
  }),
  z.transform((answer): SeenContainer => ({
    id: answer.Id,
    name: answer.Name.replace(/^\//, ''),
    image: answer.Config.Image,
    status: answer.State.Status,
    exitCode: answer.State.Status === 'exited' ? answer.State.ExitCode : null,
    tty: answer.Config.Tty && answer.Config.OpenStdin,
    details: {
      command: [answer.Path, ...answer.Args].join(' '),
      env: answer.Config.Env ?? [],
      published: Object.entries(answer.HostConfig.PortBindings ?? {}).flatMap(([port, hosts]) =>
        (hosts ?? []).map(({ HostPort }) => `${HostPort}:${port.replace(/\/.*$/, '')}`),
      ),
    },
    // Go's zero time is for never.
    starts: answer.State.StartedAt.startsWith('0001-') ? 0 : 1,
    created: answer.Created,
    removed: false,
  })),
);

export const imageList = z.array(
  z.pipe(
    z.object({ Id: z.string(), RepoTags: z.nullable(z.array(z.string())), Size: z.number() }),
    z.transform((answer): SeenImage => ({
      id: answer.Id,
      tags: answer.RepoTags ?? [],
      size: answer.Size,
    })),
  ),
);

export const historyList = z.array(
  z.pipe(
    z.object({ CreatedBy: z.string() }),
    z.transform((answer) => answer.CreatedBy),
  ),
);

export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly time: number;
}

export const event = z.pipe(
  z.object({
    Type: z.string(),
    Action: z.string(),
    Actor: z.object({
      ID: z.string(),
      Attributes: z.nullish(z.record(z.string(), z.string())),
    }),
    time: z.optional(z.number()),
    timeNano: z.optional(z.number()),
  }),
  z.transform((answer): EngineEvent => ({
    type: answer.Type,
    action: answer.Action,
    id: answer.Actor.ID,
    attributes: answer.Actor.Attributes ?? {},
    time: toMilliseconds(answer.timeNano ?? answer.time ?? 0),
  })),
);

/** `client` is `page` for whoever came over the virtual network. */
export interface RequestLine {
  readonly client: 'cli' | 'page' | 'other';
  readonly request: SeenRequest;
}

export const requestLine = z.pipe(
  z.object({
    time,
    method: z.string(),
    path: z.string(),
    status: z.number(),
    client: z.enum(['cli', 'page', 'other']),
  }),
  z.transform((answer): RequestLine => {
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
  }),
);
