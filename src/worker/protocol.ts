/**
 * What the service worker and the pages of the site say to each other. A request of a previewed page goes to the tab
 * that has the machine, with a port for the answer; bytes of the answer travel only as they are asked for.
 */

/** To the worker. */
export type Told =
  /** From a page that asks for its own id; the worker answers on the port that comes with it. */
  | { readonly kind: 'who' }
  /** From a page that runs: the site is to be kept, and files of it that the page has fetched itself. */
  | { readonly kind: 'keep'; readonly used: readonly string[] }
  /** From a page that would load again with the newer version; answered with whether it is the only one here. */
  | { readonly kind: 'switch' }
  /** From the worker before it, whose only page loads again as soon as this one is in charge. */
  | { readonly kind: 'take over' };

/** The worker's answer to `who`. */
export interface Introduced {
  readonly client: string;
}

/** A list, since a Headers object cannot be sent. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** From the worker to the page with the machine: a request of a previewed page. A port comes with it. */
export interface Asked {
  readonly kind: 'preview';
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly fields: Fields;
  readonly body: ArrayBuffer | null;
  /** The previewed page that asks, as its own machine writes it; '' for nobody. */
  readonly referrer: string;
  /** A page to show, not a part of one. */
  readonly document: boolean;
}

/** On the port, from the page: the head, and then a piece for each `more`. */
export type Answer =
  | {
      readonly kind: 'head';
      readonly status: number;
      readonly reason: string;
      readonly fields: Fields;
      /** Whether pieces follow. */
      readonly body: boolean;
    }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  /** Nobody answered, or not to the end. */
  | { readonly kind: 'broken' };

/** On the port, from the worker. */
export type Wish = 'more' | 'stop';
