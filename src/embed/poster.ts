import facts from 'virtual:embed-facts';
import { drawing, node } from './node.ts';
import { languageOf, wholePage } from './options.ts';
import type { EmbedOptions } from './options.ts';
import { sentences } from './sentences.ts';
import { css } from './style.ts';

/** How far the start of what the poster stands for is. */
export type PosterStage = 'waiting' | 'loading' | 'silent';

export interface PosterProps {
  readonly options: EmbedOptions;
  /** The language where the options name none. */
  readonly language: 'en' | 'ko';
  /** Address of the site. */
  readonly site: URL;
  readonly stage: PosterStage;
  /** What the title is: a heading where the poster is all that its page has. */
  readonly heading: 'b' | 'h1';
  readonly onstart: () => void;
}

/** Name of what is embedded. */
export function titleOf({ lesson }: EmbedOptions, language: 'en' | 'ko'): string {
  const found = lesson === null ? undefined : facts.lessons[lesson];
  return found?.title[language] ?? sentences[language].machine;
}

/** The language of an element: its own, or that of what it stands in. */
export function languageAround(element: Element): 'en' | 'ko' {
  return languageOf(element.closest('[lang]')?.getAttribute('lang') ?? null) ?? 'en';
}

/**
 * Draws what stands there before the machine: what it is, the static output that the page's author put into the
 * element (else the first commands of the lesson), and the button. Of the network it needs nothing.
 *
 * @param root Emptied, and drawn into; slots show the element's own content.
 */
export function drawPoster(root: ShadowRoot, props: PosterProps): void {
  const { options, site, stage, onstart } = props;
  const language = options.lang ?? props.language;
  const say = sentences[language];
  const lesson = options.lesson === null ? undefined : facts.lessons[options.lesson];
  const commands = lesson?.commands ?? [
    options.command ?? `docker run ${options.image ?? 'hello-world'}`,
  ];

  const start = node(
    'button',
    { type: 'button', ...(stage === 'loading' && { 'aria-disabled': 'true' }) },
    drawing(20, 'M6 4 16 10 6 16Z'),
    stage === 'loading' ? say.loading : say.start,
  );
  start.addEventListener('click', () => {
    if (stage !== 'loading') onstart();
  });
  const mark = drawing(
    32,
    'M29 12h-5.5c-3 0-3.5-5-7-5H5c-1.7 0-3 1.3-3 3v12c0 1.7 1.3 3 3 3h11.5c3.5 0 4-5 7-5H29M29 10v12',
    'M5.5 18H17L15 22H7.5ZM8 18v-4h3.5v4M11.5 14v-3H15v7',
  );
  const typed = commands.map((line) => node('code', {}, node('i', {}, '$ '), `${line}\n`));
  root.replaceChildren(
    node(
      'div',
      { class: 'poster', lang: language, 'data-theme': options.theme },
      node(
        'div',
        { class: 'top' },
        mark,
        node(props.heading, {}, titleOf(options, language)),
        node('span', {}, lesson ? say.lesson(lesson.number, lesson.minutes) : say.name),
      ),
      node('div', { class: 'screen' }, node('slot', {}, node('pre', {}, ...typed))),
      node(
        'div',
        { class: 'bottom' },
        start,
        node(
          'a',
          { href: wholePage(site, options, language), target: '_blank', rel: 'noopener' },
          say.open,
        ),
        node(
          'p',
          stage === 'silent' ? { role: 'alert' } : {},
          stage === 'silent' ? say.silent : say.what(facts.megabytes),
        ),
      ),
    ),
  );
  root.adoptedStyleSheets = [sheet()];
}

let made: CSSStyleSheet | undefined;

/** A sheet and no style element: a page's content security policy may forbid those. */
function sheet(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(css);
  }
  return made;
}
