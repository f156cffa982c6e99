/** The words of the list of lessons; they travel with it, and not before. */
import type { Language, PerLanguage } from '../../course/index.ts';

interface OverviewMessages {
  readonly heading: string;
  readonly fresh: string;
  readonly minutes: (minutes: number) => string;
  readonly progress: (passed: number, steps: number) => string;
  readonly done: string;
  readonly planned: string;
  readonly loading: string;
}

const all: PerLanguage<OverviewMessages> = {
  en: {
    heading: 'All lessons',
    fresh:
      'Each lesson has a machine of its own. It begins fresh, and goes on as you left it when you come back.',
    minutes: (minutes) => `${String(minutes)} minutes`,
    progress: (passed, steps) => `${String(passed)} of ${String(steps)} steps`,
    done: 'done',
    planned: 'in preparation',
    loading: 'Opening the list',
  },
  ko: {
    heading: '모든 레슨',
    fresh:
      '레슨마다 머신이 따로 있어요. 처음에는 새 머신으로 시작하고, 다시 오면 떠날 때 그대로 이어서 해요.',
    minutes: (minutes) => `${String(minutes)}분`,
    progress: (passed, steps) => `${String(steps)}단계 중 ${String(passed)}단계`,
    done: '완료',
    planned: '준비 중',
    loading: '목록을 여는 중이에요',
  },
};

export function overviewMessages(language: Language): OverviewMessages {
  return all[language];
}
