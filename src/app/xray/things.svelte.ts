import type { NamespaceType } from '../../protocol/bottle.ts';

/** Something on the picture that can be pointed at. */
export type Thing =
  | { readonly what: 'container'; readonly id: string }
  | { readonly what: 'process'; readonly pid: number }
  | { readonly what: 'wall'; readonly id: string; readonly type: NamespaceType }
  | { readonly what: 'memory' | 'cpu' | 'tasks'; readonly id: string }
  | { readonly what: 'flag'; readonly id: string; readonly key: string }
  /** `''` for the container's own layer. */
  | { readonly what: 'layer'; readonly id: string; readonly chainId: string }
  | { readonly what: 'change'; readonly id: string; readonly path: string }
  | { readonly what: 'image'; readonly id: string }
  | { readonly what: 'sheet'; readonly chainId: string }
  | { readonly what: 'tag'; readonly name: string };

/** The thing that is pointed at. */
export class Chosen {
  thing: Thing | null = $state.raw(null);
  /** It was chosen with the keyboard, whose focus goes to what is told of it. */
  byKey = $state(false);

  #button: HTMLElement | null = null;

  put(thing: Thing | null, button: HTMLElement | null, byKey = false): void {
    this.thing = thing;
    this.byKey = byKey;
    this.#button = button;
  }

  /** Nothing is pointed at any more; the focus goes back to where it came from. */
  leave(): void {
    const button = this.#button;
    this.put(null, null);
    button?.focus();
  }
}
