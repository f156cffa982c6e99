/** The answers of `/bottle/…`, checked at the door; the types are the protocol's. */
import * as z from 'zod/mini';
import type {
  GaugesView,
  ImagesView,
  LayersView,
  PictureView,
  SignalsView,
  SignalView,
  TraceView,
} from '../../protocol/bottle.ts';

const limit = z.nullable(z.number());
const namespaces = z.object({
  pid: z.number(),
  mnt: z.number(),
  net: z.number(),
  uts: z.number(),
  ipc: z.number(),
  cgroup: z.number(),
  user: z.number(),
});
const memory = z.object({ total: z.number(), available: z.number() });

const gauge = z.object({
  id: z.string(),
  memory: z.object({ current: z.number(), killed: z.number() }),
  cpu: z.object({ usage: z.number() }),
  pids: z.object({ current: z.number() }),
  processes: z.array(z.number()),
});

export const gaugesView: z.ZodMiniType<GaugesView> = z.object({
  time: z.string(),
  memory,
  gauges: z.array(gauge),
});

export const pictureView: z.ZodMiniType<PictureView> = z.object({
  time: z.string(),
  machine: z.object({ hostname: z.string(), kernel: z.string(), memory, namespaces }),
  containers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      image: z.string(),
      imageId: z.string(),
      status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
      exitCode: z.number(),
      oomKilled: z.boolean(),
      health: z.nullable(z.enum(['starting', 'healthy', 'unhealthy'])),
      started: z.string(),
      finished: z.string(),
      lower: z.array(z.string()),
      live: z.nullable(
        z.object({
          pid: z.number(),
          namespaces,
          cgroup: z.string(),
          limits: z.object({ memory: limit, cpu: limit, pids: limit }),
          gauge,
        }),
      ),
    }),
  ),
  processes: z.array(
    z.object({
      pid: z.number(),
      ppid: z.number(),
      pids: z.array(z.number()),
      name: z.string(),
      command: z.string(),
      state: z.string(),
      role: z.enum(['init', 'zygote', 'daemon', 'command', 'shim', 'container', 'other']),
      container: z.nullable(z.string()),
    }),
  ),
});

export const imagesView: z.ZodMiniType<ImagesView> = z.object({
  images: z.array(
    z.object({
      id: z.string(),
      tags: z.array(z.string()),
      size: z.number(),
      layers: z.array(z.object({ chainId: z.string(), size: z.number() })),
    }),
  ),
});

export const layersView: z.ZodMiniType<LayersView> = z.object({
  merged: z.nullable(z.string()),
  upper: z.object({
    path: z.string(),
    size: z.number(),
    changes: z.array(
      z.object({
        path: z.string(),
        kind: z.enum(['added', 'modified', 'removed']),
        type: z.enum(['file', 'dir', 'symlink', 'other']),
        size: z.number(),
        means: z.enum(['new', 'copy-up', 'whiteout']),
      }),
    ),
    truncated: z.boolean(),
  }),
  lower: z.array(
    z.object({
      chainId: z.string(),
      path: z.string(),
      size: z.number(),
      containers: z.array(z.string()),
    }),
  ),
});

export const traceView: z.ZodMiniType<TraceView> = z.object({
  steps: z.array(
    z.object({
      phase: z.string(),
      op: z.string(),
      args: z.array(z.string()),
      errno: z.number(),
      ns: z.number(),
    }),
  ),
});

export const signalView: z.ZodMiniType<SignalView> = z.object({
  time: z.string(),
  container: z.string(),
  name: z.string(),
  pid: z.number(),
  number: z.number(),
  signal: z.string(),
  sender: z.enum(['kill', 'stop', 'patience', 'remove']),
});

export const signalsView: z.ZodMiniType<SignalsView> = z.object({ signals: z.array(signalView) });

/** The registry's own answers (distribution-spec, "Content Discovery"). */
export const catalogList = z.object({ repositories: z.array(z.string()) });
export const tagList = z.object({ tags: z.nullable(z.array(z.string())) });
