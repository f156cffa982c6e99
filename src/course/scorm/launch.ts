/** The launch page's program: tells the learning management system what the embedded lesson tells the page. */
import * as z from 'zod/mini';
import { Lms, LmsError } from './lms.ts';

const told = z.object({ lesson: z.string(), passed: z.optional(z.int()), steps: z.int() });

const sentences = {
  en: {
    none: 'No learning management system was found around this page. The lesson works; nothing is recorded.',
    refused: 'The learning management system did not take a report. The lesson goes on.',
  },
  ko: {
    none: '이 페이지를 둘러싼 학습 관리 시스템을 찾지 못했어요. 레슨은 동작하지만 기록은 남지 않아요.',
    refused: '학습 관리 시스템이 보고를 받지 않았어요. 레슨은 계속할 수 있어요.',
  },
};

const say = document.documentElement.lang === 'ko' ? sentences.ko : sentences.en;
const lesson = document.querySelector('ship-in-a-bottle')?.getAttribute('lesson');

function notice(sentence: string, cause = ''): void {
  const place = document.getElementById('notice');
  if (place) place.textContent = `${sentence} ${cause}`.trim();
}

function attempt(report: () => void): void {
  try {
    report();
  } catch (error) {
    if (!(error instanceof LmsError)) throw error;
    notice(say.refused, error.message);
  }
}

let lms: Lms | null = null;
attempt(() => {
  lms = Lms.find(window);
  if (lms === null) notice(say.none);
});

function listen(type: string, report: (lms: Lms, event: z.infer<typeof told>) => void): void {
  document.addEventListener(type, (event) => {
    const detail = told.safeParse(event instanceof CustomEvent ? event.detail : null);
    // A learner may go on to another lesson inside the frame; this package is about one.
    const here = lms;
    if (!detail.success || detail.data.lesson !== lesson || here === null) return;
    attempt(() => {
      report(here, detail.data);
    });
  });
}

listen('step-passed', (system, { passed, steps }) => {
  system.progress(passed ?? 0, steps);
});
listen('lesson-passed', (system) => {
  system.pass();
});

addEventListener('pagehide', () => {
  const here = lms;
  lms = null;
  if (here !== null)
    attempt(() => {
      here.end();
    });
});
