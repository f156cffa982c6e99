import { mount, tick } from 'svelte';
import { firstCommand, readsLesson, suitingHeight, WIDE, wholePage } from '../../embed/options.ts';
import type { EmbedOptions } from '../../embed/options.ts';
import type { Host } from '../../embed/host.ts';
import type { EmbedCommand } from '../../embed/protocol.ts';
import App from '../App.svelte';
import { paneNames } from '../bench/panes.ts';
import { nearestLanguage } from '../messages/language.ts';
import type { Language } from '../messages/language.ts';
import { SessionState } from '../session/session.svelte.ts';
import { boot, outside, sessionOfPage } from '../state/boot.ts';
import { LessonState } from '../state/lesson.svelte.ts';
import { MachineState } from '../state/machine.svelte.ts';
import { hrefOf, hrefOfLesson, Route } from '../state/route.svelte.ts';
import { Settings, themes } from '../state/settings.svelte.ts';
import { Terminals } from '../state/terminals.svelte.ts';
import { Workbench } from '../state/workbench.svelte.ts';
import '../ui/theme.css';
import FrameBar from './FrameBar.svelte';
import { frameStorage } from './storage.ts';
import { report } from './report.svelte.ts';

export interface PageProps {
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
export function openPage({ options, language, host }: PageProps): Page {
  const target = document.getElementById('app');
  if (target === null) throw new Error('embed.html has no element with the id "app"');
  const storage = frameStorage();
  const settings = new Settings(new URL(location.href), [language], storage);
  settings.language = language;
  settings.theme = options.theme;
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
  settings.systemDark = systemDark.matches;
  systemDark.addEventListener('change', ({ matches }) => {
    settings.systemDark = matches;
  });
  outside.relay = () => settings.relay;

  const terminals = new Terminals();
  const session = new SessionState(boot, sessionOfPage, terminals, 'page');
  const machine = new MachineState(session.boot);
  machine.setHidden(document.visibilityState === 'hidden');
  void machine.start();
  const screens = import('../terminal/screen.ts').then(({ Screen }) => Screen);
  screens.catch(() => undefined); // the page says so when it asks

  const bench = new Workbench(boot, { machine, terminals }, session);
  const pane = paneNames.find((name) => options.panes.includes(name));
  if (pane !== undefined) bench.open(pane);

  const lesson = new LessonState(language, storage);
  const { lesson: id, step } = options;
  const place =
    id !== null && readsLesson(options) ? hrefOfLesson(id, step ?? undefined) : hrefOf.sandbox;
  history.replaceState(null, '', place);
  // A lesson whose prose stands in the page around is watched all the same.
  if (id !== null && place === hrefOf.sandbox) void lesson.open(id, step);

  const type = (command: string): void => {
    bench.mine.terminals.type(`${command.replaceAll('\n', '\r')}\r`);
  };
  const asked = report({
    host,
    machine,
    lesson,
    watches: options.lesson !== null,
    type,
    onready() {
      // Whoever has pressed the button types next; on a phone the keyboard would come and cover half of it.
      const mayFocus = document.hasFocus() && window.matchMedia('(pointer: fine)').matches;
      if (mayFocus && place === hrefOf.sandbox) bench.mine.terminals.focus();
    },
    first: firstCommand(options),
  });

  const site = new URL('.', location.href);
  target.replaceChildren();
  mount(App, {
    target,
    props: {
      settings,
      route: new Route(window),
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
