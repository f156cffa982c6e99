/** The poster's sentences. The element carries them, so they are few. */
const en = {
  name: 'Ship in a Bottle',
  machine: 'A Linux machine with a container engine',
  lesson: (number: number, minutes: number): string =>
    `Lesson ${String(number)} · ${String(minutes)} minutes`,
  start: 'Start the machine',
  what: (megabytes: number): string =>
    `A real Linux starts inside this page. It fetches ${String(megabytes)} MB, once.`,
  open: 'Open the whole page',
  loading: 'On its way',
  silent: 'The machine’s page did not answer. Check the connection, then start again.',
};

const ko: typeof en = {
  name: '병 속의 배',
  machine: '컨테이너 엔진이 있는 리눅스 머신',
  lesson: (number, minutes) => `레슨 ${String(number)} · ${String(minutes)}분`,
  start: '머신 시작하기',
  what: (megabytes) =>
    `진짜 리눅스가 이 페이지 안에서 시작돼요. ${String(megabytes)} MB를 한 번만 받아요.`,
  open: '전체 페이지 열기',
  loading: '받는 중이에요',
  silent: '머신의 페이지가 응답하지 않았어요. 네트워크 연결을 확인하고 다시 시작해 보세요.',
};

export type Sentences = typeof en;
export const sentences: Readonly<Record<'en' | 'ko', Sentences>> = { en, ko };
