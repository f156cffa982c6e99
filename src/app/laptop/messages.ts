import type { Language } from '../messages/language.ts';

/** The sentences of the laptop, which come with its code. */
const en = {
  files: 'Files of the project',
  label: (path: string): string => `${path} on the laptop. F6 leaves the editor.`,
  what: 'Your laptop runs Node.js, outside the Linux machine. Write the application here, then copy it into the machine and make an image of it.',
  run: 'Run npm start',
  again: 'Run again',
  starting: 'Starting Node.js',
  source: 'Node.js comes from stackblitz.com (a WebContainer), when you press the button.',
  output: 'Output',
  server: 'Open the application',
  ended: (code: number): string => `The program has ended with exit code ${String(code)}.`,
  isolation:
    'Node.js does not run in this page: the server of the site would have to send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: credentialless with it. You can write the files and copy them into the machine all the same.',
  isolated: 'This server does so on request: open the page with them',
  network:
    'Node.js could not be fetched from stackblitz.com, which needs the network. You can write the files and copy them into the machine all the same.',
  boot: 'Node.js did not start. You can write the files and copy them into the machine all the same.',
  copy: 'Copy into the machine',
  copying: 'Copying',
  copied: 'The files are in /home/learner/app. Make an image of them there, and run it:',
  changed: (paths: string): string =>
    `Changed in the machine since they were copied: ${paths}. The other files are copied.`,
  over: 'Write over them',
  lost: 'The files of the machine cannot be reached.',
};

const ko: typeof en = {
  files: '프로젝트 파일',
  label: (path) => `노트북의 ${path}. F6 키로 나갈 수 있어요.`,
  what: '내 노트북에서는 리눅스 머신 바깥에서 Node.js가 돌아가요. 여기에서 애플리케이션을 만들고, 머신에 복사해서 이미지로 만들어 보세요.',
  run: 'npm start 실행',
  again: '다시 실행',
  starting: 'Node.js를 시작하는 중이에요',
  source: '버튼을 누르면 stackblitz.com에서 Node.js(WebContainer)를 받아 와요.',
  output: '출력',
  server: '애플리케이션 열기',
  ended: (code) => `프로그램이 종료 코드 ${String(code)}로 끝났어요.`,
  isolation:
    '이 페이지에서는 Node.js가 돌아가지 않아요. 사이트의 서버가 Cross-Origin-Opener-Policy: same-origin과 Cross-Origin-Embedder-Policy: credentialless 헤더를 함께 보내야 해요. 파일을 고치고 머신에 복사하는 것은 그대로 할 수 있어요.',
  isolated: '이 서버는 요청하면 보내 줘요. 헤더와 함께 페이지 열기',
  network:
    '네트워크로 stackblitz.com에서 Node.js를 받아 오지 못했어요. 파일을 고치고 머신에 복사하는 것은 그대로 할 수 있어요.',
  boot: 'Node.js가 시작되지 않았어요. 파일을 고치고 머신에 복사하는 것은 그대로 할 수 있어요.',
  copy: '머신에 복사',
  copying: '복사하는 중이에요',
  copied: '파일이 /home/learner/app에 있어요. 거기에서 이미지로 만들고 실행해 보세요.',
  changed: (paths) => `복사한 뒤에 머신에서 바뀐 파일이 있어요: ${paths}. 나머지는 복사했어요.`,
  over: '덮어쓰기',
  lost: '머신의 파일에 닿을 수 없어요.',
};

export type LaptopMessages = typeof en;
export const laptopMessages: Readonly<Record<Language, LaptopMessages>> = { en, ko };
