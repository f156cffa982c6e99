import { mount } from 'svelte';
import App from './App.svelte';
import { SessionState } from './session/session.svelte.ts';
import { boot, outside, sessionOfPage } from './state/boot.ts';
import { LessonState } from './state/lesson.svelte.ts';
import { MachineState } from './state/machine.svelte.ts';
import { Route } from './state/route.svelte.ts';
import { Settings } from './state/settings.svelte.ts';
import { Terminals } from './state/terminals.svelte.ts';
import { Workbench } from './state/workbench.svelte.ts';
import './ui/theme.css';

const target = document.getElementById('app');
if (target === null)
  throw new Error('index.html has no element with the id "app" to mount the page in');

const settings = new Settings(new URL(location.href), navigator.languages);
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
settings.systemDark = systemDark.matches;
systemDark.addEventListener('change', ({ matches }) => {
  settings.systemDark = matches;
});

outside.relay = () => settings.relay;

// Everything big travels at once: the machine's memory, the emulator, the terminal.
const terminals = new Terminals();
const session = new SessionState(boot, sessionOfPage, terminals);
const machine = new MachineState(session.boot);
machine.setHidden(document.visibilityState === 'hidden');
void machine.start();
const screens = import('./terminal/screen.ts').then(({ Screen }) => Screen);
screens.catch(() => undefined); // the page says so when it asks

const bench = new Workbench(boot, { machine, terminals }, session);
// A link that names an image or a command (src/app/gallery/link.ts) leads to where it is offered.
if (location.hash.startsWith('#/sandbox?')) bench.open('images');

target.replaceChildren();
mount(App, {
  target,
  props: {
    settings,
    route: new Route(window),
    bench,
    lesson: new LessonState(settings.language),
    screens,
  },
});
