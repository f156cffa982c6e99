import type { Language } from '../messages/language.ts';

const en = {
  foreign:
    'The saved machine belongs to an earlier version of this page, so a new one has started. Your progress in the lessons is kept.',
  aside:
    'The saved machine did not start twice, so it is set aside and a new one has started. Your progress in the lessons is kept.',
  elsewhere:
    'This page is open in another tab, and that tab saves its machine. What you do in this machine ends with this tab.',
  blocked:
    'This browser does not let the page store anything. The machine works, and ends with this tab.',
  full: 'The browser has no room left to save the machine. It runs on; what you do from here ends with this tab, unless you make room.',
  failed:
    'The machine could not be saved just now. It runs on, and is saved again with the next thing you do.',
  close: 'Close',
};

const ko: typeof en = {
  foreign:
    '저장된 머신이 이 페이지의 이전 버전에서 만들어져서 새 머신으로 시작했어요. 레슨 진도는 그대로예요.',
  aside:
    '저장된 머신이 두 번 연속 시작되지 않아서 따로 치워 두고 새 머신으로 시작했어요. 레슨 진도는 그대로예요.',
  elsewhere:
    '이 페이지가 다른 탭에도 열려 있고, 저장은 그 탭의 머신만 해요. 이 머신에서 한 일은 탭을 닫으면 사라져요.',
  blocked:
    '이 브라우저는 페이지가 아무것도 저장하지 못하게 해요. 머신은 잘 돌아가지만 탭을 닫으면 사라져요.',
  full: '브라우저에 머신을 저장할 자리가 없어요. 머신은 계속 돌아가지만, 자리를 비우지 않으면 지금부터 한 일은 탭을 닫을 때 사라져요.',
  failed:
    '방금 머신을 저장하지 못했어요. 머신은 계속 돌아가고, 다음에 무언가를 하면 다시 저장해요.',
  close: '닫기',
};

export type SessionMessages = typeof en;

export const sessionMessages: Readonly<Record<Language, SessionMessages>> = { en, ko };
