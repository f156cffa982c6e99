import { upperPath } from '../rootfs/overlay.ts';
import type { Container } from './container.ts';
import type { Context } from './context.ts';
import { remove } from './remove.ts';
import { isBusy } from './underway.ts';

/** Removes what does not run and passes `wanted`; the ids, and the bytes that were freed. */
export function prune(
  context: Context,
  wanted: (container: Container) => boolean,
): { readonly ids: readonly string[]; readonly bytes: number } {
  const ids: string[] = [];
  let bytes = 0;
  for (const container of context.containers.list()) {
    const { state, id, overlay } = container;
    if (state.Running || context.shims.has(id) || isBusy(container) || !wanted(container)) continue;
    const size = context.sys.treeSize(upperPath(overlay));
    remove(context, container, { force: false, volumes: false });
    ids.push(id);
    bytes += size;
  }
  return { ids, bytes };
}
