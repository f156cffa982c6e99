import type { ChangeView, LayersView } from '../../protocol/bottle.ts';
import { isLive, type Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { mergedPath, upperPath } from '../rootfs/overlay.ts';
import { O_NOFOLLOW, O_PATH } from '../sys/fcntl.ts';
import type { FileType, Sys } from '../sys/sys.ts';

/** More changes than a picture can show. */
const MOST = 500;

/** The layers that a container stands on, and what it changed in its own. */
export function layers(context: Context, container: Container): LayersView {
  const { sys } = context;
  const { overlay, chain } = container;
  const upper = upperPath(overlay);
  const changes: ChangeView[] = [];
  walk(sys, container, '', changes);
  const all = context.containers.list();
  // The chain is from the bottom up, the directories are from the top down.
  const chainIds = [...chain].reverse();
  return {
    merged: isLive(container) ? mergedPath(overlay) : null,
    upper: {
      path: upper,
      size: sys.treeSize(upper),
      changes: changes.slice(0, MOST),
      truncated: changes.length > MOST,
    },
    lower: overlay.lower.map((path, i) => ({
      chainId: chainIds[i] ?? '',
      path,
      // Counted when the layer was made; its tree need not be walked again.
      size: context.images.layers.find(chainIds[i] ?? '')?.size ?? sys.treeSize(path),
      containers: all.filter((each) => each.overlay.lower.includes(path)).map(({ id }) => id),
    })),
  };
}

/** Whether a path exists in a layer below; links on the way are that layer's, and stay in it. */
function isBelow(sys: Sys, { overlay }: Container, path: string): boolean {
  return overlay.lower.some((layer) => {
    try {
      sys.close(sys.openIn(layer, path, O_PATH | O_NOFOLLOW));
      return true;
    } catch {
      return false;
    }
  });
}

const kindOf = (type: FileType): ChangeView['type'] =>
  type === 'file' || type === 'dir' || type === 'symlink' ? type : 'other';

/** Goes through the upper directory, names in order, until there is more than can be shown. */
function walk(sys: Sys, container: Container, path: string, changes: ChangeView[]): void {
  const directory = `${upperPath(container.overlay)}${path}`;
  for (const { name, type } of sys.readdir(directory).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (changes.length > MOST) return;
    const at = `${path}/${name}`;
    const stat = sys.lstat(`${directory}/${name}`);
    if (!stat) continue;
    if (type === 'char' && stat.rdev === 0) {
      changes.push({ path: at, kind: 'removed', type: 'other', size: 0, means: 'whiteout' });
      continue;
    }
    const below = isBelow(sys, container, at);
    changes.push({
      path: at,
      kind: below ? 'modified' : 'added',
      type: kindOf(type),
      size: type === 'file' ? stat.size : 0,
      means: below ? 'copy-up' : 'new',
    });
    if (type === 'dir') walk(sys, container, at, changes);
  }
}
