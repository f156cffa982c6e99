import type { Language } from '../messages/language.ts';
import type { ProblemKind } from './problem.ts';

/** The sentences of the preview, which come with its code. */
const en = {
  back: 'Back',
  forward: 'Forward',
  reload: 'Load again',
  address: 'Address',
  badAddress: 'An address here is a port of the machine and a path, such as localhost:8080/about.',
  external: 'Open in a tab of its own',
  ports: 'Published ports',
  frame: (address: string): string => `The page at ${address}`,
  starting: 'Setting up the way into the machine',
  loading: 'Loading',
  loadedLive: (address: string): string => `${address} is loaded.`,
  unpublished: (port: number): string =>
    `No container publishes port ${String(port)} any more. This is what it showed last.`,
  none: 'No port is published yet',
  noneLong:
    'A container that publishes a port can be seen here. This one serves a page of nginx at port 8080 of the machine:',
  refused: (address: string): string => `Nothing listens at ${address}`,
  refusedUnpublished:
    'No running container publishes this port. See which do, or start one with -p:',
  refusedPublished: (container: string): string =>
    `The port leads to the container ${container}, but its process does not listen there: it may still be starting, or listen at another port inside. As soon as it does, the page comes by itself. What it says:`,
  /** Why a page could not be had, and what to do. */
  problems: {
    reset: {
      what: 'The connection was cut',
      next: 'The process in the container ended it before it had answered. What it says:',
    },
    silent: { what: 'The machine does not answer', next: 'It may be busy or paused. Try again.' },
    noHttp: {
      what: 'What answers here does not speak HTTP',
      next: 'A preview shows pages. A database or another server has a language of its own: use its client in the terminal.',
    },
    off: { what: 'The machine does not run', next: 'Start it again, and then its containers.' },
    unknown: { what: 'The page could not be had', next: 'Try again.' },
  },
  outside: 'This page lies outside the machine',
  outsideLong: 'The preview shows what the machine serves. Other pages open in a tab of their own.',
  retry: 'Try again',
  noWorker: 'This browser has no way from a page into the machine',
  noWorkerLong:
    'The preview needs a service worker, which private windows, some settings and addresses without https do not allow. The terminal shows a page too:',
};

type PreviewMessages = typeof en;

const ko: PreviewMessages = {
  back: '뒤로',
  forward: '앞으로',
  reload: '새로 고침',
  address: '주소',
  badAddress: '주소는 localhost:8080/about처럼 머신의 포트와 경로로 써 주세요.',
  external: '새 탭에서 열기',
  ports: '열린 포트',
  frame: (address) => `${address} 페이지`,
  starting: '머신으로 가는 길을 여는 중이에요',
  loading: '불러오는 중',
  loadedLive: (address) => `${address}: 다 불러왔어요.`,
  unpublished: (port) =>
    `이제 ${String(port)}번 포트를 여는 컨테이너가 없어요. 마지막으로 받은 화면이에요.`,
  none: '아직 열린 포트가 없어요',
  noneLong:
    '컨테이너가 포트를 열면 여기서 볼 수 있어요. 이 명령은 머신의 8080번 포트에 nginx 페이지를 띄워요.',
  refused: (address) => `${address}에서 듣고 있는 프로세스가 없어요`,
  refusedUnpublished:
    '이 포트를 연 컨테이너 중에 실행 중인 것이 없어요. 어떤 포트가 열려 있는지 보거나, -p로 하나 띄워 보세요.',
  refusedPublished: (container) =>
    `포트는 ${container} 컨테이너로 이어지는데, 그 안의 프로세스가 아직 듣고 있지 않아요. 시작하는 중이거나, 컨테이너 안에서 다른 포트를 쓰는지도 몰라요. 듣기 시작하면 페이지가 저절로 나와요. 로그를 볼까요?`,
  problems: {
    reset: {
      what: '연결이 끊어졌어요',
      next: '컨테이너 안의 프로세스가 답하기 전에 연결을 끊었어요. 로그를 볼까요?',
    },
    silent: {
      what: '머신이 답하지 않아요',
      next: '바쁘거나 멈춰 있을 수 있어요. 잠시 뒤에 다시 시도해 보세요.',
    },
    noHttp: {
      what: '여기서 답하는 것은 HTTP가 아니에요',
      next: '미리 보기는 웹 페이지를 보여 줘요. 데이터베이스 같은 서버는 저마다 말이 달라서, 터미널에서 전용 클라이언트로 접속해야 해요.',
    },
    off: { what: '머신이 꺼져 있어요', next: '머신을 다시 켜고 컨테이너를 띄워 주세요.' },
    unknown: { what: '페이지를 받지 못했어요', next: '다시 시도해 보세요.' },
  },
  outside: '머신 밖의 페이지예요',
  outsideLong: '미리 보기는 머신이 내보내는 페이지만 보여 줘요. 다른 페이지는 새 탭에서 열려요.',
  retry: '다시 시도',
  noWorker: '이 브라우저에는 페이지에서 머신으로 가는 길이 없어요',
  noWorkerLong:
    '미리 보기에는 서비스 워커가 필요한데, 시크릿 창이나 몇몇 설정, https가 아닌 주소에서는 쓸 수 없어요. 터미널에서도 페이지를 받아 볼 수 있어요.',
};

export const previewMessages: Readonly<Record<Language, PreviewMessages>> = { en, ko };
export type { PreviewMessages };

/** The sentence for a page that could not be had. */
export function sentenceOf(t: PreviewMessages, kind: ProblemKind, address: string): string {
  return kind === 'refused' ? t.refused(address) : t.problems[kind].what;
}
