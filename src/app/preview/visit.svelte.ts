import { previewHref } from '../../worker/address.ts';
import { spotAt } from './address.ts';
import type { Spot } from './address.ts';
import { guide } from './guide.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** How long after an answer the frame may take to begin with the page, in ms. */
const BEGINS = 5000;

/** What the frame shows, has shown, and why not. */
export class Visit {
  /** The page that is shown or on its way; null before the first. */
  here: Spot | null = $state.raw(null);
  loading = $state(false);
  problem: Problem | null = $state.raw(null);
  /** The frame was led out of the machine, where nobody may look. */
  outside = $state(false);

  readonly #site: URL;
  readonly #client: string;
  #frame: HTMLIFrameElement | null = null;
  #past: readonly Spot[] = $state.raw([]);
  #index = $state(-1);
  readonly canGoBack: boolean = $derived(this.#index > 0);
  readonly canGoForward: boolean = $derived(this.#index < this.#past.length - 1);
  /** The document that links are guided in already. */
  #guided: Document | null = null;

  constructor(site: URL, client: string) {
    this.#site = site;
    this.#client = client;
  }

  /** The frame is there, or gone. */
  attach(frame: HTMLIFrameElement | null): void {
    this.#frame = frame;
  }

  go(spot: Spot): void {
    this.#note(spot);
    this.#load(spot);
  }

  /** A step of this frame's own history: the browser's is the whole tab's. */
  step(by: -1 | 1): void {
    const spot = this.#past[this.#index + by];
    if (spot === undefined) return;
    this.#index += by;
    this.#load(spot);
  }

  reload(): void {
    if (this.here) this.#load(this.here);
  }

  /** Address for a tab of its own. */
  get href(): string | null {
    return this.here && this.#hrefOf(this.here);
  }

  /** An answer is on its way into the frame: from the first moment that its page is there, links are guided. */
  arriving(): void {
    this.loading = true;
    const until = performance.now() + BEGINS;
    const look = (): void => {
      const document = this.#document();
      if (document && document !== this.#guided && this.#spotOf(document) !== null) this.#guide();
      else if (performance.now() < until) requestAnimationFrame(look);
    };
    look();
  }

  /** The frame has loaded whatever it was to load. */
  loaded(): void {
    this.loading = false;
    const document = this.#document();
    this.outside = document === null;
    if (document === null || document.URL === 'about:blank') return;
    this.#guide();
    this.problem = problemIn(document);
    const spot = this.#spotOf(document);
    if (spot) this.#note(spot);
  }

  #guide(): void {
    const window = this.#frame?.contentWindow;
    const document = this.#document();
    if (!window || !document || document === this.#guided) return;
    this.#guided = document;
    guide(this.#site, window);
    const moved = (): void => {
      const spot = this.#spotOf(document);
      if (spot && this.#document() === document) this.#note(spot);
    };
    // Not every browser has it, and lib.dom takes it for granted.
    const navigation: Navigation | undefined = window.navigation;
    navigation?.addEventListener('currententrychange', moved);
    window.addEventListener('hashchange', moved);
    moved();
  }

  /** Writes a page into the history, unless that is where the reader is; one step back is a step back. */
  #note(spot: Spot): void {
    this.here = spot;
    if (same(this.#past[this.#index], spot)) return;
    if (same(this.#past[this.#index - 1], spot)) {
      this.#index--;
      return;
    }
    this.#past = [...this.#past.slice(0, this.#index + 1), spot];
    this.#index = this.#past.length - 1;
  }

  #load(spot: Spot): void {
    this.here = spot;
    this.problem = null;
    this.outside = false;
    this.loading = true;
    const frame = this.#frame;
    if (!frame) return;
    const href = this.#hrefOf(spot);
    const window = frame.contentWindow;
    // without an entry in the tab's history, which has buttons of its own
    if (!window || !this.#document()) frame.src = href;
    // to the place where the reader is already, `replace` would only scroll
    else if (href.includes('#') && window.location.href === href) window.location.reload();
    else window.location.replace(href);
  }

  #hrefOf({ host, port, path }: Spot): string {
    return previewHref(this.#site, { client: this.#client, host, port }, path);
  }

  #spotOf({ URL: address }: Document): Spot | null {
    return spotAt(this.#site, address, this.here);
  }

  /** Null when the frame is gone, or shows what nobody may look at. */
  #document(): Document | null {
    try {
      return this.#frame?.contentDocument ?? null;
    } catch {
      return null;
    }
  }
}

function same(one: Spot | undefined, other: Spot): boolean {
  return one?.host === other.host && one.port === other.port && one.path === other.path;
}
