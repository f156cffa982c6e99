import { showPage, startPage } from './page.ts';
import { LessonState } from './state/lesson.svelte.ts';
import { Settings } from './state/settings.svelte.ts';

const target = document.getElementById('app');
if (target === null)
  throw new Error('index.html has no element with the id "app" to mount the page in');

const settings = new Settings(new URL(location.href), navigator.languages);
const { bench, screens } = startPage(settings, 'browser');
// A link that names an image or a command (src/app/gallery/link.ts) leads to where it is offered.
if (location.hash.startsWith('#/sandbox?')) bench.open('images');

showPage(target, { settings, bench, lesson: new LessonState(settings.language), screens });
