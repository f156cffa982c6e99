/** What the x-ray knows, made of what it knew and what it has just been told; nothing here is changed in place. */
import type { GaugesView, PictureView, SignalView } from '../../protocol/bottle.ts';

export const noShares: ReadonlyMap<string, number> = new Map();
export const noneOpen: ReadonlySet<string> = new Set();
export const noParts = <T>(): ReadonlyMap<string, T> => new Map();

export const opened = (
  open: ReadonlySet<string>,
  key: string,
  now: boolean,
): ReadonlySet<string> => {
  const next = new Set(open);
  if (now) next.add(key);
  else next.delete(key);
  return next;
};

export const withPart = <T>(
  parts: ReadonlyMap<string, T>,
  id: string,
  part: T,
): ReadonlyMap<string, T> => new Map(parts).set(id, part);

/** As many as the daemon keeps. */
const MOST_SIGNALS = 64;

/** Signals in order, each once: the stream and the list of the last ones overlap. */
export function withSignals(
  known: readonly SignalView[],
  more: readonly SignalView[],
): readonly SignalView[] {
  const all = new Map(
    [...known, ...more].map((each) => [`${each.time} ${each.signal} ${each.container}`, each]),
  );
  return [...all.values()].sort((a, b) => (a.time < b.time ? -1 : 1)).slice(-MOST_SIGNALS);
}

/** The picture with what the gauges say now, and whether there are other processes than it shows. */
export function withGauges(
  picture: PictureView,
  seen: GaugesView,
): { readonly picture: PictureView; readonly forked: boolean } {
  const byId = new Map(seen.gauges.map((gauge) => [gauge.id, gauge]));
  let forked = false;
  const containers = picture.containers.map((container) => {
    const gauge = byId.get(container.id);
    if (gauge === undefined || container.live === null) return container;
    forked ||= String(gauge.processes) !== String(container.live.gauge.processes);
    return { ...container, live: { ...container.live, gauge } };
  });
  const machine = { ...picture.machine, memory: seen.memory };
  return { picture: { ...picture, machine, containers }, forked };
}
