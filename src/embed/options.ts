/** What an embed shows, as attributes of the element and as the query of embed.html: the same names in both. */
export interface EmbedOptions {
  /** Id of a lesson; null for the machine alone. */
  readonly lesson: string | null;
  /** The step to open, from 1. */
  readonly step: number | null;
  readonly lang: 'en' | 'ko' | null;
  readonly theme: 'light' | 'dark' | 'auto';
  /** What is open: `lesson`, `terminal`, and one of the panes beside it. Empty: what suits the rest. */
  readonly panes: readonly string[];
  /** An image to run a container of, first of all; `command` is then the container's. */
  readonly image: string | null;
  /** A command to type first of all. */
  readonly command: string | null;
}

/** Reads options from anything with names and values. What is not understood is left out. */
export function readOptions(get: (name: string) => string | null): EmbedOptions {
  const word = (name: string, pattern: RegExp): string | null =>
    pattern.exec(get(name)?.trim() ?? '')?.[0] ?? null;
  const step = Number(word('step', /^[1-9]\d?$/));
  const theme = get('theme');
  return {
    lesson: word('lesson', /^[a-z0-9]+(-[a-z0-9]+)*$/),
    step: step === 0 ? null : step,
    lang: languageOf(get('lang')),
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    panes: get('panes')?.match(/[a-z]+/g) ?? [],
    // As Docker's references: nothing that a shell would take for more than a word.
    image: word('image', /^[a-zA-Z0-9][\w.:/@-]*$/),
    command: get('command')?.trim() || null,
  };
}

/** The nearest of the two languages; null when `tag` is neither. */
export function languageOf(tag: string | null): 'en' | 'ko' | null {
  const primary = tag?.toLowerCase().split('-')[0];
  return primary === 'ko' || primary === 'en' ? primary : null;
}

/** The same as a query; `readOptions` of it gives them back. */
export function queryOf(options: EmbedOptions): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
    if (text !== '') query.set(name, text);
  }
  return query;
}

/** What is typed before the learner types: the image's container, the command, or nothing. */
export function firstCommand({ image, command }: EmbedOptions): string | null {
  if (image === null) return command;
  return `docker run -it --rm ${image}${command === null ? '' : ` ${command}`}`;
}

/** The address that shows the same on the whole page. */
export function wholePage(site: URL, { lesson, step }: EmbedOptions, lang: 'en' | 'ko'): string {
  const place =
    lesson === null ? '#/sandbox' : `#/lesson/${lesson}${step === null ? '' : `/${String(step)}`}`;
  return new URL(`?lang=${lang}${place}`, site).href;
}

/** In wider frames lesson and terminal stand beside each other, in px. */
export const WIDE = 760;

/** Whether the lesson's prose is shown; where it is not, its steps are watched all the same. */
export function readsLesson({ lesson, panes }: Pick<EmbedOptions, 'lesson' | 'panes'>): boolean {
  return lesson !== null && (panes.length === 0 || panes.includes('lesson'));
}

/** The height that suits an embed of this width, in px. */
export function suitingHeight(width: number, { lesson, panes }: EmbedOptions): number {
  if (!readsLesson({ lesson, panes })) return 440;
  return width > WIDE ? 560 : 600;
}
