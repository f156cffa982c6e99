import { NAMESPACE_TYPES, type NamespacesView } from '../../protocol/bottle.ts';
import { isLive, type Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { EngineError } from '../errors.ts';
import { namespacesOf } from './processes.ts';

/** The machine's own namespaces are those of its first process. */
const INIT = 1;

/** @throws EngineError 409 when there is no process, and so nothing to see. */
export function requireRunning(container: Container): void {
  if (isLive(container)) return;
  throw new EngineError(
    409,
    `container ${container.name} is not running: it has no processes to look at`,
  );
}

/** The namespaces of a container that runs, and who else is in each. */
export function namespaces(context: Context, container: Container): NamespacesView {
  requireRunning(container);
  const { sys } = context;
  const pid = container.state.Pid;
  const own = namespacesOf(sys, pid);
  const host = namespacesOf(sys, INIT);
  const others = context.containers
    .list()
    .filter((other) => other.id !== container.id && isLive(other))
    .flatMap(({ id, state }) => {
      try {
        return [{ id, inodes: namespacesOf(sys, state.Pid) }];
      } catch {
        return []; // it has just ended
      }
    });
  return {
    pid,
    namespaces: NAMESPACE_TYPES.map((type) => ({
      type,
      inode: own[type],
      path: `/proc/${String(pid)}/ns/${type}`,
      host: own[type] === host[type],
      sharedWith: others.filter(({ inodes }) => inodes[type] === own[type]).map(({ id }) => id),
    })),
  };
}
