import { EngineError } from '../errors.ts';
import { mergedPath, overlayOptions, readingOptions, type Overlay } from '../rootfs/overlay.ts';
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import type { Container } from './container.ts';

/** A container's files, by the descriptor of their root. */
export interface Root {
  readonly fd: Fd;
  close(): void;
}

/** Reading disturbs nobody; a container must not start while its files are written from outside. */
type Access = 'read' | 'write';

/**
 * Opens a container's root as the container sees it, volumes included; that of a running one with all
 * that is mounted in it now. Whatever is then looked for below it is resolved as if chrooted there.
 */
export function openRoot(sys: Sys, container: Container, access: Access): Root {
  const { id, state, overlay, mounts } = container;
  if (state.Running) return rootOfProcess(sys, state.Pid, id);
  const binds = mounts
    .filter(
      ({ Type, Source, subpath }) => Type !== 'tmpfs' && subpath === undefined && sys.stat(Source),
    )
    .toSorted((a, b) => a.Destination.split('/').length - b.Destination.split('/').length)
    .flatMap(({ Source, Destination }) => [Source, Destination]);
  return openView(sys, overlay, optionsOf(overlay, access), binds);
}

/** The container's own layer over its image, without volumes. */
export function openLayers(sys: Sys, overlay: Overlay, access: Access): Root {
  return openView(sys, overlay, optionsOf(overlay, access), []);
}

const optionsOf = (overlay: Overlay, access: Access): string =>
  access === 'read' ? readingOptions(overlay) : overlayOptions(overlay);

/** The image that a container stands on. */
export function openImage(sys: Sys, overlay: Overlay): Root {
  return openView(sys, overlay, `lowerdir=${overlay.links.join(':')}`, []);
}

function openView(sys: Sys, overlay: Overlay, data: string, binds: readonly string[]): Root {
  const { root, namespace } = sys.openView(mergedPath(overlay), data, binds);
  return {
    fd: root,
    close: () => {
      sys.close(root);
      sys.close(namespace);
    },
  };
}

/** `pid` may have become another process's since it was noted: its cgroup tells. */
function rootOfProcess(sys: Sys, pid: number, id: string): Root {
  const gone = new EngineError(409, `container ${id} is not running`);
  let process;
  try {
    process = sys.open(`/proc/${String(pid)}`, O_PATH | O_DIRECTORY);
  } catch {
    throw gone;
  }
  const directory = `/proc/self/fd/${String(process)}`;
  try {
    if (!sys.readText(`${directory}/cgroup`).includes(id)) throw gone;
    const fd = sys.open(`${directory}/root`, O_PATH | O_DIRECTORY);
    return {
      fd,
      close: () => {
        sys.close(fd);
      },
    };
  } finally {
    sys.close(process);
  }
}
