import type { Xray } from './xray.svelte.ts';
import { imageName } from './forest.ts';
import type { XrayMessages } from './messages.ts';
import type { Bottle } from './picture.ts';
import type { Thing } from './things.svelte.ts';
import { size } from './units.ts';

/** Where a thing lives, what it is, and the command that shows it. */
export interface Place {
  readonly title: string;
  readonly says: string;
  /** A path of the machine; null where it is no file. */
  readonly path: string | null;
  readonly command: string;
}

/** Directories of layers and containers, as Docker has them too. */
const LIB = '/var/lib/docker';
const ROOT_NEEDED = 'sudo';

/** The place of a thing as the machine is now; null when it is gone. */
export function placeOf(thing: Thing, xray: Xray, t: XrayMessages): Place | null {
  switch (thing.what) {
    case 'process':
      return processPlace(thing.pid, xray, t);
    case 'image':
    case 'sheet':
      return imagePlace(thing, xray, t);
    case 'tag':
      return {
        title: t.place.tag(thing.name),
        says: t.place.tagSays,
        path: null,
        command: `docker pull ${thing.name}`,
      };
    default: {
      const bottle = xray.bottles.find(({ id }) => id === thing.id);
      return bottle === undefined ? null : bottlePlace(thing, bottle, xray, t);
    }
  }
}

function processPlace(pid: number, xray: Xray, t: XrayMessages): Place | null {
  const process = xray.picture?.processes.find((each) => each.pid === pid);
  if (process === undefined) return null;
  const says = { shim: t.place.shimSays, container: t.place.processSays }[process.role as string];
  return {
    title: t.place.process(process.pids.at(-1) ?? pid, pid),
    says: says ?? t.place.hostProcessSays,
    path: `/proc/${String(pid)}`,
    command: `grep -E 'Name|NSpid' /proc/${String(pid)}/status`,
  };
}

function imagePlace(
  thing: Extract<Thing, { what: 'image' | 'sheet' }>,
  { images }: Xray,
  t: XrayMessages,
): Place | null {
  if (thing.what === 'image') {
    const image = images.find(({ id }) => id === thing.id);
    if (image === undefined) return null;
    return {
      title: t.place.image(imageName(image)),
      says: t.place.imageSays,
      path: `${LIB}/image/blobs/sha256/${digits(image.id)}`,
      command: `docker history ${imageName(image)}`,
    };
  }
  const standing = images.filter(({ layers }) =>
    layers.some(({ chainId }) => chainId === thing.chainId),
  );
  const layer = standing[0]?.layers.find(({ chainId }) => chainId === thing.chainId);
  if (layer === undefined) return null;
  const path = `${LIB}/overlay2/${digits(layer.chainId)}/diff`;
  return {
    title: t.place.sheet,
    says: t.sheet(size(layer.size), standing.map(imageName)),
    path,
    command: `${ROOT_NEEDED} ls ${path}`,
  };
}

type OfBottle = Exclude<Thing, { what: 'process' | 'image' | 'sheet' | 'tag' }>;

function bottlePlace(thing: OfBottle, bottle: Bottle, xray: Xray, t: XrayMessages): Place | null {
  switch (thing.what) {
    case 'container':
      return {
        title: t.place.container(bottle.name),
        says: t.place.containerSays,
        path: `${LIB}/containers/${bottle.id}`,
        command: `docker inspect ${bottle.name}`,
      };
    case 'wall': {
      const wall = bottle.walls.find(({ type }) => type === thing.type);
      if (wall === undefined) return null;
      return {
        title: t.place.wall(wall.type),
        says: `${t.place.wallSays[wall.type]} ${t.wall[wall.kind](wall.type, wall.others)}.`,
        path: wall.path,
        command: `${ROOT_NEEDED} ls -l ${wall.path}`,
      };
    }
    case 'memory':
      return meterPlace(bottle, t.place.memory, t.place.memorySays, 'memory.current');
    case 'cpu':
      return meterPlace(bottle, t.place.cpu, t.place.cpuSays, 'cpu.stat');
    case 'tasks':
      return meterPlace(bottle, t.place.tasks, t.place.tasksSays, 'pids.current');
    case 'flag': {
      const flag = bottle.flags.find(({ key }) => key === thing.key);
      if (flag === undefined) return null;
      return {
        title: t.place.flag(flag.signal),
        says: t.place.flagSays,
        path: bottle.sailors.length > 0 ? `/proc/${String(flag.pid)}/status` : null,
        command:
          bottle.sailors.length > 0
            ? `grep Sig /proc/${String(flag.pid)}/status`
            : `docker events --since 10m --until 0s --filter container=${bottle.name}`,
      };
    }
    case 'layer':
      return layerPlace(thing.chainId, bottle, xray, t);
    case 'change':
      return changePlace(thing.path, bottle, xray, t);
  }
}

function meterPlace({ cgroup }: Bottle, title: string, says: string, file: string): Place | null {
  if (cgroup === '') return null;
  const path = `${cgroup}/${file}`;
  return { title, says, path, command: `cat ${path}` };
}

function layerPlace(chainId: string, bottle: Bottle, xray: Xray, t: XrayMessages): Place | null {
  const layers = xray.layers.get(bottle.id);
  if (chainId === '') {
    return {
      title: t.place.upper,
      says: t.place.upperSays,
      path: layers?.upper.path ?? null,
      command: `docker diff ${bottle.name}`,
    };
  }
  const path = layers?.lower.find((each) => each.chainId === chainId)?.path;
  if (path === undefined) return null;
  return {
    title: t.place.layer,
    says: t.place.layerSays,
    path,
    command: `${ROOT_NEEDED} ls ${path}`,
  };
}

function changePlace(path: string, bottle: Bottle, xray: Xray, t: XrayMessages): Place | null {
  const upper = xray.layers.get(bottle.id)?.upper;
  const change = upper?.changes.find((each) => each.path === path);
  if (upper === undefined || change === undefined) return null;
  const at = `${upper.path}${path}`;
  return {
    title: t.place.change(path),
    says: t.place.changeSays[change.means],
    path: at,
    command: `${ROOT_NEEDED} ls -ld ${at}`,
  };
}

const digits = (digest: string): string => digest.replace('sha256:', '');
