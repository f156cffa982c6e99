import { EngineError } from '../errors.ts';
import { SIGKILL } from '../sys/signals.ts';
import { LIB, libDirectory, runDirectory, type Container } from './container.ts';
import { emit, take, type Context } from './context.ts';
import { removeAnonymous } from './mounts.ts';
import { deliver, nextExit } from './signal.ts';
import { inTurn, settled } from './underway.ts';

export interface RemoveOptions {
  /** Kill it first when it runs. */
  readonly force: boolean;
  /** Remove its anonymous volumes too. */
  readonly volumes: boolean;
}

/** Removes a container that does not run. */
export function remove(context: Context, container: Container, options: RemoveOptions): void {
  const { sys, containers } = context;
  const { id, state, overlay, name } = container;
  if (!containers.has(id)) return;
  if (state.Running) {
    throw new EngineError(
      409,
      options.force
        ? `could not kill container "${id}" before removing it`
        : state.Paused
          ? `cannot remove container "/${name}": container is paused and must be unpaused first`
          : `cannot remove container "/${name}": container is ${state.Status}: stop the container before removing or force remove`,
    );
  }
  // Out of sight in one step: a directory without its configuration is a creation that was cut off.
  sys.rename(libDirectory(id), `${LIB}/tmp/${id}`);
  sys.removeTree(`${LIB}/tmp/${id}`);
  sys.removeTree(overlay.directory);
  sys.removeTree(runDirectory(id));
  containers.delete(container);
  if (options.volumes) removeAnonymous(context, container);
  context.images.release(id);
  for (const { fd } of take(context.waiting, id)) sys.close(fd);
  emit(context, container, 'destroy');
  for (const resolve of take(context.removals, id)) resolve();
}

/** `docker rm`: with `force`, kills what runs and waits for its end. */
export async function removeForced(
  context: Context,
  container: Container,
  options: RemoveOptions,
): Promise<void> {
  await settled(container);
  if (container.state.Running && options.force) {
    const gone = nextExit(context, container);
    deliver(context, container, SIGKILL, 'remove');
    await gone;
    // The exit's own handler may remove it too (`--rm`): then there is nothing left to do.
  }
  await inTurn(container, () => {
    remove(context, container, options);
    return Promise.resolve();
  });
}
