import type { Language } from '../messages/language.ts';

const en = {
  foreign:
    'The saved machine belongs to an earlier version of this page, so a new one has started. Your progress in the lessons is kept.',
  aside:
    'The saved machine does not start, so it is set aside and a new one has started. Your progress in the lessons is kept.',
  elsewhere:
    'This page is open in another tab, and that tab saves its machine. What you do in this machine ends with this tab.',
  blocked:
    'This browser does not let the page store anything. The machine works, and ends with this tab.',
  full: 'The browser has no room left to save the machine. It runs on; what you do from here ends with this tab, unless you make room.',
  failed:
    'The machine could not be saved just now. It runs on, and is saved again with the next thing you do.',
  close: 'Close',
  cancel: 'Cancel',
  again: 'Start this step again',
  againTitle: 'Start this step again?',
  againText:
    'The machine goes back to how it was when this step began. Containers, images, files and output that came since then are lost. What you pushed to the registry stays.',
  back: 'Go back to the beginning of this step',
  backTitle: (step: number): string => `Go back to the beginning of step ${String(step)}?`,
  backText: (step: number, last: number): string =>
    `The machine goes back to how it was then, and ${
      step === last ? `step ${String(step)} is` : `steps ${String(step)} to ${String(last)} are`
    } to be done again. Containers, images, files and output that came since then are lost. What you pushed to the registry stays.`,
  skip: 'Skip to here',
  skipTitle: (step: number): string => `Skip to step ${String(step)}?`,
  skipText:
    'The solutions of the steps before it are typed into terminal 1, line by line, for you to watch. You can stop at any line. Nothing is lost.',
  restart: 'Start the lesson again',
  restartTitle: 'Start the lesson again?',
  restartText:
    'Your progress in this lesson is forgotten, and a fresh machine starts. The containers, images and files in this one are lost. What you pushed to the registry stays.',
  notKept: 'The machine was not kept at the beginning of this step.',
  playing: (step: number): string => `Typing the solution of step ${String(step)} into terminal 1.`,
  stop: 'Stop',
  playerBusy:
    'Terminal 1 did not get to a prompt. End what runs in it, with Ctrl C for example, then skip again.',
  playerOpen: (step: number): string =>
    `The solution did not pass step ${String(step)}: this machine differs from what the lesson expects. Start the step again, then skip.`,
  title: 'Saved machine',
  saved: (when: string, size: string, most: string): string =>
    `Saved in this browser, last on ${when}. It takes ${size} MB, and never more than ${most} MB: the oldest beginnings of steps go first.`,
  nothing: 'Nothing is saved yet. The machine is saved by itself when you do something.',
  notLasting: 'This machine is not saved; it ends with this tab.',
  forgetWhat: 'Forgetting it loses the ways back to earlier steps. The machine that runs stays.',
  forget: 'Forget the saved machine',
  forgotten:
    'What was saved is gone. The machine runs on, and is saved again with the next thing you do.',
  travel: 'Take it with you',
  withMachine: 'With the machine: containers, images and files',
  export: 'Export to a file',
  exported: 'The file is among your downloads.',
  import: 'Import a file',
  importWhat: (when: string, lessons: number): string =>
    `This file was written on ${when} and has progress in ${String(lessons)} ${lessons === 1 ? 'lesson' : 'lessons'}.`,
  importProgress: 'Your progress in these lessons is replaced; the machine stays.',
  importMachine:
    'Your progress in these lessons and the machine are replaced. Take a machine only from somebody you trust.',
  replace: 'Replace',
  imported: 'The file was imported.',
  evidence: 'Save my evidence',
  evidenceOf: (lesson: string): string => `Save my evidence of ${lesson}`,
  evidenceSaved: 'Your evidence is among your downloads: lessons, steps, times, and what was seen.',
  notDone: 'That did not work.',
};

const ko: typeof en = {
  foreign:
    '저장된 머신이 이 페이지의 이전 버전에서 만들어져서 새 머신으로 시작했어요. 레슨 진도는 그대로예요.',
  aside:
    '저장된 머신이 시작되지 않아서 따로 치워 두고 새 머신으로 시작했어요. 레슨 진도는 그대로예요.',
  elsewhere:
    '이 페이지가 다른 탭에도 열려 있고, 저장은 그 탭의 머신만 해요. 이 머신에서 한 일은 탭을 닫으면 사라져요.',
  blocked:
    '이 브라우저는 페이지가 아무것도 저장하지 못하게 해요. 머신은 잘 돌아가지만 탭을 닫으면 사라져요.',
  full: '브라우저에 머신을 저장할 자리가 없어요. 머신은 계속 돌아가지만, 자리를 비우지 않으면 지금부터 한 일은 탭을 닫을 때 사라져요.',
  failed:
    '방금 머신을 저장하지 못했어요. 머신은 계속 돌아가고, 다음에 무언가를 하면 다시 저장해요.',
  close: '닫기',
  cancel: '취소',
  again: '이 단계 다시 시작',
  againTitle: '이 단계를 다시 시작할까요?',
  againText:
    '머신이 이 단계를 시작할 때의 상태로 돌아가요. 그 뒤에 생긴 컨테이너, 이미지, 파일, 터미널 출력은 사라져요. 레지스트리에 푸시한 것은 그대로예요.',
  back: '이 단계의 처음으로 돌아가기',
  backTitle: (step) => `${String(step)}단계의 처음으로 돌아갈까요?`,
  backText: (step, last) =>
    `머신이 그때 상태로 돌아가고, ${
      step === last ? `${String(step)}단계` : `${String(step)}단계부터 ${String(last)}단계까지`
    }를 다시 하게 돼요. 그 뒤에 생긴 컨테이너, 이미지, 파일, 터미널 출력은 사라져요. 레지스트리에 푸시한 것은 그대로예요.`,
  skip: '여기로 건너뛰기',
  skipTitle: (step) => `${String(step)}단계로 건너뛸까요?`,
  skipText:
    '앞 단계들의 풀이를 1번 터미널에 한 줄씩 입력해서 보여 드려요. 언제든 멈출 수 있고, 사라지는 것은 없어요.',
  restart: '레슨 다시 시작',
  restartTitle: '레슨을 처음부터 다시 시작할까요?',
  restartText:
    '이 레슨의 진도를 지우고 새 머신으로 시작해요. 지금 머신의 컨테이너, 이미지, 파일은 사라져요. 레지스트리에 푸시한 것은 그대로예요.',
  notKept: '이 단계를 시작할 때의 머신이 보관되어 있지 않아요.',
  playing: (step) => `${String(step)}단계의 풀이를 1번 터미널에 입력하고 있어요.`,
  stop: '멈추기',
  playerBusy:
    '1번 터미널에 프롬프트가 나오지 않았어요. 실행 중인 것을 Ctrl C 등으로 끝낸 다음 다시 건너뛰세요.',
  playerOpen: (step) =>
    `풀이로 ${String(step)}단계를 통과하지 못했어요. 머신이 레슨에서 기대하는 상태와 달라요. 그 단계를 다시 시작한 다음 건너뛰세요.`,
  title: '저장된 머신',
  saved: (when, size, most) =>
    `이 브라우저에 저장되어 있어요. 마지막 저장: ${when}. 크기는 ${size} MB이고 ${most} MB를 넘지 않아요. 넘으면 가장 오래된 단계의 시작 상태부터 지워요.`,
  nothing: '아직 저장된 것이 없어요. 무언가를 하면 머신이 저절로 저장돼요.',
  notLasting: '이 머신은 저장되지 않고, 탭을 닫으면 사라져요.',
  forgetWhat: '지우면 이전 단계로 돌아갈 수 없어요. 지금 돌아가는 머신은 그대로예요.',
  forget: '저장된 머신 지우기',
  forgotten: '저장된 것을 지웠어요. 머신은 계속 돌아가고, 다음에 무언가를 하면 다시 저장돼요.',
  travel: '다른 곳으로 가져가기',
  withMachine: '머신 포함: 컨테이너, 이미지, 파일',
  export: '파일로 내보내기',
  exported: '다운로드 폴더에 파일을 저장했어요.',
  import: '파일 가져오기',
  importWhat: (when, lessons) =>
    `${when}에 만든 파일이고, 레슨 ${String(lessons)}개의 진도가 들어 있어요.`,
  importProgress: '이 레슨들의 진도를 바꿔요. 머신은 그대로예요.',
  importMachine: '이 레슨들의 진도와 머신을 바꿔요. 믿을 수 있는 사람의 머신만 가져오세요.',
  replace: '바꾸기',
  imported: '파일을 가져왔어요.',
  evidence: '학습 기록 저장하기',
  evidenceOf: (lesson) => `${lesson} 학습 기록 저장하기`,
  evidenceSaved:
    '학습 기록을 다운로드 폴더에 저장했어요. 레슨, 단계, 시각, 확인한 상태가 들어 있어요.',
  notDone: '하지 못했어요.',
};

export type SessionMessages = typeof en;

export const sessionMessages: Readonly<Record<Language, SessionMessages>> = { en, ko };
