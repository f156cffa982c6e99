/**
 * What some checks need beyond the lists: a file of a container, what it printed, how an image was made. `watch.ts` reads these for the
 * open step, each time the engine says that something happened.
 */
import { textOfLog } from './formats/log.ts';
import { firstFile } from './formats/tar.ts';
import type { SeenContainer } from './engine.ts';
import { historyList } from './shapes.ts';

export interface Probe {
  readonly key: string;
  /** Of the Engine API, for GET. */
  readonly path: string;
  /** What the answer's body says; null for nothing of the kind. */
  read(body: Uint8Array): string | null;
}

/** The content of a file, through `GET /containers/{id}/archive`. */
export function fileProbe({ id }: SeenContainer, path: string): Probe {
  return {
    key: `file ${id} ${path}`,
    path: `/containers/${id}/archive?path=${encodeURIComponent(path)}`,
    read: firstFile,
  };
}

/** The last lines of a container's output, through `GET /containers/{id}/logs`. */
export function logProbe({ id, tty }: SeenContainer): Probe {
  return {
    key: `log ${id}`,
    path: `/containers/${id}/logs?stdout=1&stderr=1&tail=500`,
    read: (body) => textOfLog(body, tty === true),
  };
}

/** What made an image, a line a step, oldest first, through `GET /images/{name}/history`. */
export function historyProbe(name: string): Probe {
  return {
    key: `history ${name}`,
    path: `/images/${name}/history`,
    read: (body) => {
      const steps = historyList.parse(JSON.parse(new TextDecoder().decode(body)));
      return steps.reverse().join('\n');
    },
  };
}
