import type { Layer } from '../image/layers.ts';
import type { Fd, Sys } from '../sys/sys.ts';

/** A layer that a step writes: an overlay over the layers below, mounted where nobody else sees it. */
export class Draft {
  /** The root as the image will have it. */
  readonly root: Fd;
  /** What the step wrote. */
  readonly upper: string;
  readonly #sys: Sys;
  readonly #namespace: Fd;

  /** @param layers lowest first */
  constructor(sys: Sys, directory: string, layers: readonly Layer[]) {
    this.#sys = sys;
    this.upper = `${directory}/diff`;
    for (const part of ['diff', 'work', 'merged', 'empty']) {
      sys.mkdir(`${directory}/${part}`, 0o755, true);
    }
    const links = layers.map(({ link }) => link).reverse();
    const lower = links.length > 0 ? links.join(':') : `${directory}/empty`;
    const { root, namespace } = sys.openView(
      `${directory}/merged`,
      `lowerdir=${lower},upperdir=${this.upper},workdir=${directory}/work`,
      [],
    );
    this.root = root;
    this.#namespace = namespace;
  }

  /** Takes the view away; the files stay in `upper`. */
  close(): void {
    this.#sys.close(this.root);
    this.#sys.close(this.#namespace);
  }
}
