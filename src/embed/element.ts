import { node } from './node.ts';
import { queryOf, readOptions, suitingHeight } from './options.ts';
import type { EmbedOptions } from './options.ts';
import { drawPoster, languageAround, titleOf } from './poster.ts';
import type { PosterStage } from './poster.ts';
import { events, readMessage, sealed } from './protocol.ts';
import type { EmbedCommand, EmbedEvent } from './protocol.ts';
import { sentences } from './sentences.ts';

/** Where embed.js was loaded from: the site whose machine is shown. */
const site = new URL('.', import.meta.url);

/** How long a frame that has loaded may stay silent, in ms. */
const PATIENCE = 15_000;

/**
 * `<ship-in-a-bottle lesson="run">`: a poster, and on a click the machine in a frame. Attributes, events and methods
 * are described in docs/embedding.md.
 */
export class ShipInABottle extends HTMLElement {
  static readonly observedAttributes = ['lesson', 'step', 'lang', 'theme', 'panes', 'height'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #stage: PosterStage = 'waiting';
  #frame: HTMLIFrameElement | null = null;
  /** What the page has asked for while the frame could not hear it yet. */
  #asked: EmbedCommand[] = [];
  #heard = false;
  #height = 0;
  #seen: IntersectionObserver | null = null;
  #patience = 0;

  connectedCallback(): void {
    addEventListener('message', this.#hear);
    this.#draw();
    if (this.#startsItself) this.#startWhenSeen();
  }

  /** Without its place in the page a frame has ended: what comes back is the poster. */
  disconnectedCallback(): void {
    removeEventListener('message', this.#hear);
    this.#seen?.disconnect();
    this.#leave('waiting');
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === 'height') this.#resize();
    if (this.#frame === null) this.#draw();
    else if (name === 'lang' || name === 'theme') {
      const { theme } = this.#options;
      this.#tell({ type: 'look', lang: this.#language, theme });
    }
  }

  /** Starts the machine, as the poster's button does. */
  start(): void {
    if (this.#frame !== null || !this.isConnected) return;
    this.#seen?.disconnect();
    const options = this.#options;
    const query = queryOf({ ...options, lang: this.#language });
    query.set('start', 'now');
    const frame = node('iframe', {
      class: 'coming',
      title: `${titleOf(options, this.#language)} · ${sentences[this.#language].name}`,
      allow: 'clipboard-read; clipboard-write; fullscreen',
      src: new URL(`embed.html?${query.toString()}`, site).href,
    });
    frame.addEventListener('load', () => {
      if (this.#heard) return;
      this.#patience = window.setTimeout(() => {
        this.#leave('silent');
        this.#draw();
        this.#dispatch({
          type: 'error',
          code: 'no-answer',
          message: `${site.href}embed.html did not answer.`,
        });
      }, PATIENCE);
    });
    this.#frame = frame;
    this.#stage = 'loading';
    this.#draw();
    this.#root.append(frame);
  }

  /** A fresh machine, and the lesson from its beginning. */
  reset(): void {
    if (this.#frame !== null) this.#tell({ type: 'reset' });
  }

  /** Types a command into the terminal and enters it; before the start it is an `error` of code `not-started`. */
  run(command: string): void {
    if (this.#frame !== null) this.#tell({ type: 'run', command });
    else {
      const message = 'run() has nowhere to type before the machine is started.';
      this.#dispatch({ type: 'error', code: 'not-started', message });
    }
  }

  get #options(): EmbedOptions {
    return readOptions((name) => this.getAttribute(name));
  }

  get #language(): 'en' | 'ko' {
    return languageAround(this);
  }

  readonly #hear = ({ source, origin, data }: MessageEvent<unknown>): void => {
    const window = this.#frame?.contentWindow;
    if (!window || source !== window || origin !== site.origin) return;
    const event = readMessage(data, events);
    if (event === null) return;
    if (event.type === 'hello') this.#greet(window);
    else {
      if (event.type === 'resize') {
        this.#height = event.height;
        this.#resize();
      }
      this.#dispatch(event);
    }
  };

  #greet(frame: Window): void {
    clearTimeout(this.#patience);
    this.#heard = true;
    const focused = this.#root.activeElement !== null;
    this.#root.querySelector('.poster')?.remove();
    this.#frame?.removeAttribute('class');
    // Whoever has pressed the button goes on with the keyboard inside; nobody else's focus moves.
    if (focused) this.#frame?.focus();
    this.#resize();
    frame.postMessage(sealed({ type: 'greet' }), site.origin);
    const asked = this.#asked;
    this.#asked = [];
    for (const command of asked) this.#tell(command);
  }

  #tell(command: EmbedCommand): void {
    if (this.#heard) this.#frame?.contentWindow?.postMessage(sealed(command), site.origin);
    else this.#asked.push(command);
  }

  /** `error` and `resize` stay at the element: further up they would be taken for the window's own. */
  #dispatch({ type, ...detail }: EmbedEvent): void {
    const bubbles = type !== 'error' && type !== 'resize';
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles, composed: bubbles }));
  }

  #leave(stage: PosterStage): void {
    clearTimeout(this.#patience);
    this.#frame?.remove();
    this.#frame = null;
    this.#heard = false;
    this.#asked = [];
    this.#stage = stage;
  }

  #draw(): void {
    const focused = this.#root.activeElement?.localName === 'button';
    drawPoster(this.#root, {
      options: this.#options,
      language: this.#language,
      site,
      stage: this.#stage,
      heading: 'b',
      onstart: () => {
        this.start();
      },
    });
    if (focused) this.#root.querySelector('button')?.focus();
    this.#resize();
  }

  /**
   * The page's own wish outranks the frame's, and that what usually suits. A poster is as high as it needs to be,
   * unless the machine starts by itself: then nothing on the page may move.
   */
  #resize(): void {
    const asked = /^\d{2,4}/.exec(this.getAttribute('height') ?? '')?.[0];
    const usual = suitingHeight(this.clientWidth, this.#options);
    const height = `${String(Number(asked) || this.#height || usual)}px`;
    const kept = asked !== undefined || this.#frame !== null || this.#startsItself;
    this.style.minHeight = kept ? height : '';
    if (this.#frame !== null) this.#frame.style.height = height;
  }

  get #startsItself(): boolean {
    return this.getAttribute('autostart') === 'visible';
  }

  #startWhenSeen(): void {
    this.#seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.start();
      },
      { threshold: 0.5 },
    );
    this.#seen.observe(this);
  }
}
