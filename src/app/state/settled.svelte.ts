/** How long the first prompt has the page for itself, in ms. */
const CALM = 1_000;

/**
 * Whether the first prompt has been on the screen for a moment: what a page needs later is fetched then, and not while
 * the prompt is still on its way. Stays true. Made while a component is.
 */
export class Settled {
  now = $state(false);

  /** @param prompted Whether the machine runs, and there is a terminal to show it. */
  constructor(prompted: () => boolean) {
    $effect(() => {
      if (this.now || !prompted()) return;
      let timer: number | undefined;
      // What the terminal was just given is drawn with the next frame, which a busy computer makes us wait for.
      const frame = requestAnimationFrame(() => {
        timer = window.setTimeout(() => (this.now = true), CALM);
      });
      return () => {
        cancelAnimationFrame(frame);
        clearTimeout(timer);
      };
    });
  }
}
