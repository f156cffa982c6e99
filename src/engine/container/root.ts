import { EngineError } from '../errors.ts';
import { mergedPath, overlayOptions, readingOptions, type Overlay } from '../rootfs/overlay.ts';
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import { isLive, type Container } from './container.ts';

/** A container's files, by the descriptor of their root. */
export interface Root {
  readonly fd: Fd;
  close(): void;
}

/** Reading disturbs nobody. Whoever writes has the container's turn (`underway.ts`). */
type Access = 'read' | 'write';

/** Its process has ended a moment ago; the daemon is about to hear of it. */
export class ProcessGone extends EngineError {
  constructor({ id }: Container, cause: unknown) {
    super(409, `container ${id} is not running`);
    this.cause = cause;
  }
}

/**
 * Opens a container's root as the container sees it, volumes included; that of a running one with all
 * that is mounted in it now. Whatever is then looked for below it is resolved as if chrooted there.
 * @throws ProcessGone
 */
export function openRoot(sys: Sys, container: Container, access: Access): Root {
  const { overlay, mounts } = container;
  if (isLive(container)) return rootOfProcess(sys, container);
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

/** The process's number may have become another's since it was noted: its cgroup tells. */
function rootOfProcess(sys: Sys, container: Container): Root {
  const { id, state } = container;
  let process: Fd | null = null;
  try {
    process = sys.open(`/proc/${String(state.Pid)}`, O_PATH | O_DIRECTORY);
    const directory = `/proc/self/fd/${String(process)}`;
    if (!sys.readText(`${directory}/cgroup`).includes(id)) throw new ProcessGone(container, null);
    const fd = sys.open(`${directory}/root`, O_PATH | O_DIRECTORY);
    return {
      fd,
      close: () => {
        sys.close(fd);
      },
    };
  } catch (error) {
    // No such number, or a process that is gone but for its number: that has no root.
    const gone =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ESRCH');
    throw gone ? new ProcessGone(container, error) : error;
  } finally {
    if (process !== null) sys.close(process);
  }
}
