import { tick } from 'svelte';
import { firstCommand, readsLesson, suitingHeight, WIDE, wholePage } from '../../embed/options.ts';
import type { EmbedOptions } from '../../embed/options.ts';
import type { Host } from '../../embed/host.ts';
import type { EmbedCommand } from '../../embed/protocol.ts';
import { paneNames } from '../bench/panes.ts';
import { nearestLanguage } from '../messages/language.ts';
import type { Language } from '../messages/language.ts';
import { showPage, startPage } from '../page.ts';
import { LessonState } from '../state/lesson.svelte.ts';
import { hrefOf, hrefOfLesson } from '../state/route.svelte.ts';
import { Settings, themes } from '../state/settings.svelte.ts';
import FrameBar from './FrameBar.svelte';
import { frameStorage } from './storage.ts';
import { report } from './report.svelte.ts';

export interface PageProps {
  /** What the page is put into. */
  readonly target: HTMLElement;
  readonly options: EmbedOptions;
  readonly language: Language;
  readonly host: Host;
}

/** The page in the frame, once it is there. */
export interface Page {
  /** Does what the embedding page asks. */
  obey(command: EmbedCommand): void;
}

/** Puts the page into the frame and starts its machine. */
export function openPage({ target, options, language, host }: PageProps): Page {
  const storage = frameStorage();
  const settings = new Settings(new URL(location.href), [language], storage);
  settings.language = language;
  settings.theme = options.theme;
  const { bench, screens } = startPage(settings, 'page');
  const { machine, terminals } = bench.mine;
  const pane = paneNames.find((name) => options.panes.includes(name));
  if (pane !== undefined) bench.open(pane);

  const lesson = new LessonState(language, storage);
  const { lesson: id, step } = options;
  const place =
    id !== null && readsLesson(options) ? hrefOfLesson(id, step ?? undefined) : hrefOf.sandbox;
  history.replaceState(null, '', place);
  // A lesson whose prose stands in the page around is watched all the same.
  if (id !== null && place === hrefOf.sandbox) void lesson.open(id, step);

  const asked = report({
    host,
    machine,
    lesson,
    watches: options.lesson !== null,
    type: (command) => {
      terminals.enter(command);
    },
    onready() {
      // Whoever has pressed the button types next; on a phone the keyboard would come and cover half of it.
      const mayFocus = document.hasFocus() && window.matchMedia('(pointer: fine)').matches;
      if (mayFocus && place === hrefOf.sandbox) terminals.focus();
    },
    first: firstCommand(options),
  });

  const site = new URL('.', location.href);
  showPage(target, {
    settings,
    bench,
    lesson,
    screens,
    frame: {
      Bar: FrameBar,
      wide: WIDE,
      least: 320,
      panes: pane !== undefined || readsLesson(options),
      href: () => {
        const shown = lesson.entry === null ? options : { ...options, lesson: lesson.entry.id };
        return wholePage(site, { ...shown, step: lesson.reading + 1 }, settings.language);
      },
    },
  });
  let height = 0;
  const measured = new ResizeObserver(() => {
    const suits = suitingHeight(window.innerWidth, options);
    if (suits !== height) host.send({ type: 'resize', height: suits });
    height = suits;
  });
  measured.observe(document.documentElement);

  return {
    obey(command) {
      if (command.type === 'run') asked.run(command.command);
      else if (command.type === 'reset') {
        asked.again();
        void machine.start();
        void tick().then(() => {
          lesson.restart();
        });
      } else if (command.type === 'look') {
        settings.language = nearestLanguage(command.lang ?? '') ?? settings.language;
        settings.theme = themes.find((theme) => theme === command.theme) ?? settings.theme;
      }
    },
  };
}
