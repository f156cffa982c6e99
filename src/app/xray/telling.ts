import type { ImagePicture, LayersView, PictureView, TraceView } from '../../protocol/bottle.ts';
import type { Language } from '../messages/language.ts';
import { imageName } from './forest.ts';
import { meaningsOf } from './meanings.ts';
import { xrayMessages } from './messages.ts';
import type { XrayMessages } from './messages.ts';
import type { Bottle } from './picture.ts';
import { chaptersOf } from './steps.ts';
import { memory, percent, seconds, size, span } from './units.ts';

/** A part of the picture in words. */
export interface Chapter {
  readonly title: string;
  readonly lines: readonly string[];
  /** What hangs below it. */
  readonly parts: readonly Chapter[];
}

interface Seen {
  readonly picture: PictureView;
  readonly bottles: readonly Bottle[];
  readonly images: readonly ImagePicture[];
  readonly layers: ReadonlyMap<string, LayersView>;
  readonly traces: ReadonlyMap<string, TraceView>;
}

/** All that the picture shows, in words. */
export function telling(seen: Seen, language: Language): Chapter[] {
  const t = xrayMessages[language];
  const { machine, processes } = seen.picture;
  const own = processes.filter(({ container }) => container === null);
  const used = memory(machine.memory.total - machine.memory.available);
  return [
    {
      title: `${t.machine}: ${machine.hostname}`,
      lines: [
        t.machineLine(machine.kernel, used, memory(machine.memory.total)),
        ...own.map(({ pid, command, name }) => `${String(pid)} ${command.trim() || name}`),
      ],
      parts: [],
    },
    {
      title: t.containers,
      lines: seen.bottles.length === 0 ? [t.none] : [],
      parts: seen.bottles.map((bottle) => bottleTold(bottle, seen, t, language)),
    },
    {
      title: t.images,
      lines: seen.images.map(
        (image) =>
          `${imageName(image)}: ${image.layers
            .map(({ chainId, size: bytes }) =>
              t.sheet(size(bytes), standingOn(chainId, seen.images)),
            )
            .join('; ')}`,
      ),
      parts: [],
    },
  ];
}

const standingOn = (chainId: string, images: readonly ImagePicture[]): string[] =>
  images.filter(({ layers }) => layers.some((each) => each.chainId === chainId)).map(imageName);

function bottleTold(bottle: Bottle, seen: Seen, t: XrayMessages, language: Language): Chapter {
  const { name, image, sailors, walls, flags } = bottle;
  const live = sailors.length > 0;
  const layers = seen.layers.get(bottle.id);
  const trace = seen.traces.get(bottle.id);
  return {
    title: name,
    lines: [
      `${image}, ${conditionTold(bottle, t)}`,
      ...flags.map(
        ({ signal, sender, fate, after }) =>
          `${signal}: ${t.sender[sender]}, ${t.fate[fate](seconds(after ?? 0))}`,
      ),
      ...sailors.map(
        ({ inside, outside, command, state }) =>
          `${t.inside} ${String(inside)}, ${t.outside} ${String(outside)}: ${command}${state === 'Z' ? `, ${t.zombie}` : ''}`,
      ),
      ...(live ? metersTold(bottle, t) : [bottle.condition === 'created' ? t.newborn : t.empty]),
      ...(bottle.shims.length > 0 ? [t.shim(bottle.shims)] : []),
      ...walls.map(({ kind, type, others }) => t.wall[kind](type, others)),
    ],
    parts: [
      ...(layers === undefined ? [] : [layersTold(layers, t)]),
      ...(trace === undefined ? [] : [traceTold(trace, t, language)]),
    ],
  };
}

/** The condition in words, with what came of it. */
export function conditionTold({ condition, exitCode, oomKilled }: Bottle, t: XrayMessages): string {
  const ended = condition === 'done' || condition === 'failed';
  const word = ended ? `${t.condition[condition]} (${String(exitCode)})` : t.condition[condition];
  return oomKilled ? `${word}, ${t.oom}` : word;
}

function metersTold({ memory: water, cpu, tasks }: Bottle, t: XrayMessages): string[] {
  const told = (now: string, limit: string | null): string =>
    limit === null ? t.limitless(now) : t.ofLimit(now, limit);
  return [
    `${t.memory}: ${told(memory(water.now), water.limit === null ? null : memory(water.limit))}`,
    ...(water.killed > 0 ? [t.overflow(water.killed)] : []),
    `${t.cpu}: ${told(cpu.now === null ? t.unknown : percent(cpu.now), cpu.limit === null ? null : percent(cpu.limit))}`,
    `${t.tasks}: ${told(String(tasks.now), tasks.limit === null ? null : String(tasks.limit))}`,
  ];
}

function layersTold({ upper, lower }: LayersView, t: XrayMessages): Chapter {
  const images = lower.filter(({ chainId }) => chainId !== '');
  return {
    title: t.layers(images.length),
    lines: [
      `${t.writable}, ${size(upper.size)}`,
      ...(upper.changes.length === 0 ? [t.untouched] : []),
      ...upper.changes.map(({ path, means }) => `${path}: ${t.change[means]}`),
      ...(upper.truncated ? [t.truncated] : []),
      ...images.map(
        (layer, at) =>
          `${t.imageLayer(images.length - at)}, ${size(layer.size)}, ${t.standing(layer.containers.length)}`,
      ),
    ],
    parts: [],
  };
}

function traceTold(trace: TraceView, t: XrayMessages, language: Language): Chapter {
  const chapters = chaptersOf(trace, meaningsOf[language]);
  const total = trace.steps.reduce((sum, { ns }) => sum + ns, 0);
  return {
    title: `${t.trace}: ${t.traceTotal(trace.steps.length, span(total))}`,
    lines: chapters.map(
      ({ number, sentence, ns, failed }) =>
        `${String(number)}. ${sentence} ${[failed, span(ns)].filter(Boolean).join(', ')}`,
    ),
    parts: [],
  };
}
