/**
 * The places of the page. `#/` is the lesson to go on with, beside the terminal; `#/lesson/run` is a lesson and
 * `#/lesson/run/3` a step of it; `#/lessons` the list of them; `#/sandbox` the machine alone, and
 * `#/sandbox?image=redis&run=…` with a command on offer.
 */
export type Place = 'lesson' | 'sandbox';

/** Address of a place, for links. */
export const hrefOf: Readonly<Record<Place | 'lessons', string>> = {
  lesson: '#/',
  lessons: '#/lessons',
  sandbox: '#/sandbox',
};

/** Address of a lesson, or of one of its steps (from 1). */
export function hrefOfLesson(id: string, step?: number): string {
  return step === undefined ? `#/lesson/${id}` : `#/lesson/${id}/${String(step)}`;
}

/** Where the reader is, following the address; an address that is unknown is the lesson to go on with. */
export class Route {
  place: Place = $state('lesson');
  /** Whether the list of lessons stands in the lesson's place. */
  overview = $state(false);
  /** Id of the lesson in the address; null: the one to go on with. */
  lesson: string | null = $state(null);
  /** Step of it, from 1; null: where the reader was. */
  step: number | null = $state(null);

  readonly #target: Window;

  constructor(target: Window) {
    this.#target = target;
    this.#follow();
    target.addEventListener('hashchange', () => {
      this.#follow();
    });
  }

  /** Writes where the reader is into the address, to be copied; no new page for the browser's history. */
  note(lesson: string, step: number): void {
    this.lesson = lesson;
    this.step = step;
    this.#target.history.replaceState(null, '', hrefOfLesson(lesson, step));
  }

  #follow(): void {
    // what follows a question mark is for the sandbox's gallery (src/app/gallery/link.ts)
    const [address = ''] = this.#target.location.hash.replace(/^#\/?/, '').split('?');
    const [place, lesson, step] = address.split('/');
    this.place = place === 'sandbox' ? 'sandbox' : 'lesson';
    this.overview = place === 'lessons';
    this.lesson = place === 'lesson' && lesson ? lesson : null;
    this.step = this.lesson !== null && /^\d+$/.test(step ?? '') ? Number(step) : null;
  }
}
