import type { Deed, Reason, RequestName, Wanted } from '../checks/outcome.ts';
import { keyOfRequest } from './requests.ts';
import type { Notice, Sentences } from './sentences.ts';

/** Each comes before " 요청". */
const requests: Sentences['requests'] = {
  version: '버전 조회',
  info: '전체 상태 조회',
  images: '이미지 목록',
  running: '실행 중인 컨테이너 목록',
  all: '끝난 것까지 포함한 전체 컨테이너 목록',
  pull: '이미지 pull',
  pullDigest: '다이제스트로 이미지 pull',
  create: '컨테이너 생성',
  start: '컨테이너 시작',
  logs: '컨테이너 로그',
  follow: '컨테이너 로그 계속 보기',
  inspect: '컨테이너 상세 정보',
  inspectImage: '이미지 상세 정보',
  history: '이미지 히스토리',
  attach: '컨테이너 attach',
  top: '컨테이너의 프로세스 목록',
  stats: '컨테이너 사용량',
  changes: '컨테이너의 변경 내역',
  copyOut: '컨테이너 파일 복사',
  copyIn: '컨테이너로 파일 복사',
  build: '이미지 빌드',
  removeImage: '이미지 제거',
};

function ask(request: RequestName): string {
  const key = keyOfRequest(request);
  return `${key === null ? `${request.method} ${request.path}` : requests[key]} 요청`;
}

/** Names are followed by a Korean noun, so that a particle always fits. */
function made(wanted: Wanted): string {
  return 'image' in wanted
    ? `${wanted.image} 이미지로 만든 컨테이너`
    : `이름이 ${wanted.name}인 컨테이너`;
}

function short(wanted: Wanted): string {
  return `${'image' in wanted ? wanted.image : wanted.name} 컨테이너`;
}

function deed(what: Deed): string {
  return what.kind === 'container' ? `${made(what.wanted)} 생성` : ask(what.request);
}

/** What `docker events` calls them; each comes before " 적이 아직 없어요". */
const events: Readonly<Record<string, string>> = {
  attach: 'attach한',
  detach: 'detach한',
  rename: '이름을 바꾼',
  pause: '일시 정지한',
  unpause: '일시 정지를 푼',
  restart: '재시작한',
  destroy: '제거한',
};

/** A pattern as a learner reads it. */
function shown(pattern: string): string {
  return `“${pattern.replaceAll('*', '…')}”`;
}

const states: Readonly<Record<string, string>> = {
  created: '생성만 된',
  running: '실행 중인',
  paused: '일시 정지된',
  restarting: '재시작 중인',
  exited: '끝난',
  dead: '제거에 실패한',
  removing: '제거 중인',
};

function state(name: string): string {
  return `${states[name] ?? name} 상태`;
}

function reason(why: Reason): string {
  switch (why.kind) {
    case 'no-container':
      return `${made(why.wanted)}가 아직 없어요.`;
    case 'pull-refused':
      return `레지스트리에 “${why.asked}” 이미지가 없어요. ${made(why.wanted)}가 필요해요.`;
    case 'other-container':
      return `${made({ image: why.seen })}는 있는데, ${made(why.wanted)}는 아직 없어요.`;
    case 'other-name':
      return `${made({ name: why.seen })}는 있는데, ${made(why.wanted)}는 아직 없어요.`;
    case 'unseen':
      return `${short(why.wanted)}가 확인하기 전에 사라졌어요. --rm 없이 한 번 더 실행해 보세요.`;
    case 'other-command':
      return `${short(why.wanted)}가 “${why.seen}” 명령을 실행해요. ${shown(why.needed)} 명령이어야 해요.`;
    case 'no-variable':
      return `${short(why.wanted)}에 ${shown(why.needed)} 환경 변수가 없어요.`;
    case 'not-published':
      return `${short(why.wanted)}의 포트가 정해진 대로 열려 있지 않아요. -p ${why.needed} 옵션이 필요해요.`;
    case 'too-few-starts':
      return `${short(why.wanted)}를 지금까지 ${String(why.seen)}번 시작했어요. ${String(why.needed)}번이어야 해요.`;
    case 'too-few-containers':
      return `${made(why.wanted)}가 지금은 ${String(why.seen)}개예요. ${String(why.needed)}개가 필요해요.`;
    case 'no-terminal':
      return `${short(why.wanted)}에 터미널이 연결되지 않았어요. -it 옵션이 필요해요.`;
    case 'has-terminal':
      return `${short(why.wanted)}에 터미널이 연결되어 있어요. 이번에는 -it 없이 실행해야 해요.`;
    case 'not-started':
      return `${short(why.wanted)}를 만들기만 하고 시작하지 않았어요.`;
    case 'still-running':
      return `${short(why.wanted)}가 아직 실행 중이에요. 끝나야 해요.`;
    case 'wrong-state':
      return `${short(why.wanted)}가 ${state(why.seen)}예요. ${state(why.needed)}여야 해요.`;
    case 'wrong-exit':
      return `${short(why.wanted)}의 종료 코드가 달라요. 나온 값: ${String(why.seen ?? '알 수 없음')}, 나와야 할 값: ${String(why.needed)}.`;
    case 'removed':
      return `${short(why.wanted)}가 이미 제거됐어요. 남아 있는 컨테이너가 필요하니 --rm 없이 실행해 보세요.`;
    case 'still-there':
      return `${short(why.wanted)}가 아직 남아 있어요. 제거해야 해요.`;
    case 'no-image':
      return `${why.name} 이미지가 아직 없어요.`;
    case 'image-there':
      return `${why.name} 이미지가 아직 남아 있어요. 제거해야 해요.`;
    case 'image-refused':
      return `레지스트리에 “${why.asked}” 이미지가 없어요. ${why.name} 이미지가 필요해요.`;
    case 'other-history':
      return `${why.name} 이미지가 ${shown(why.needed)} 순서로 만들어지지 않았어요.`;
    case 'not-smaller':
      return `${why.name} 이미지가 ${why.than} 이미지보다 작지 않아요.`;
    case 'no-exec':
      return why.seen === null
        ? `${short(why.wanted)} 안에서 따로 실행한 명령이 아직 없어요.`
        : `${short(why.wanted)} 안에서 “${why.seen}” 명령은 실행했지만, ${shown(why.needed)} 명령은 아직 실행하지 않았어요.`;
    case 'exec-running':
      return `${short(why.wanted)} 안에서 “${why.command}” 명령이 아직 실행 중이에요. 끝나야 해요.`;
    case 'exec-failed':
      return `${short(why.wanted)} 안에서 실행한 “${why.command}” 명령의 종료 코드가 달라요. 나온 값: ${String(why.seen)}, 나와야 할 값: ${String(why.needed)}.`;
    case 'no-signal':
      return why.seen === null
        ? `${short(why.wanted)}에 ${why.needed} 시그널이 아직 가지 않았어요.`
        : `${short(why.wanted)}에 ${why.seen} 시그널은 갔지만, ${why.needed} 시그널은 아직 가지 않았어요.`;
    case 'no-event': {
      const said = events[why.action];
      return said === undefined
        ? `${short(why.wanted)}에서 “${why.action}” 이벤트가 아직 나오지 않았어요.`
        : `${short(why.wanted)}는 있는데, ${said} 적이 아직 없어요.`;
    }
    case 'no-file':
      return `${short(why.wanted)}에 ${why.path} 파일이 아직 없어요.`;
    case 'file-there':
      return `${short(why.wanted)}에 ${why.path} 파일이 아직 있어요. 없어야 해요.`;
    case 'file-differs':
      return `${short(why.wanted)}의 ${why.path} 파일에 “${why.needed}” 내용이 아직 없어요.`;
    case 'not-printed':
      return `${short(why.wanted)}가 “${why.needed}” 문장을 아직 출력하지 않았어요.`;
    case 'no-request':
      return `데몬에 ${ask(why.wanted)}이 아직 오지 않았어요.`;
    case 'other-request':
      return `데몬에 ${ask(why.seen)}은 왔지만, ${ask(why.wanted)}은 아직 오지 않았어요.`;
    case 'request-failed':
      return `데몬이 ${ask(why.wanted)}을 받았지만 오류(${String(why.status)})로 답했어요.`;
    case 'unanswered':
      return '아직 질문에 답하지 않았어요.';
    case 'answered-wrong':
      return '고른 답이 맞지 않아요. 아래 설명을 읽고 다시 골라 보세요.';
    case 'wrong-order':
      return `순서가 맞지 않아요. 먼저 ${deed(why.first)}, 그다음 ${deed(why.then)}이 필요해요.`;
    case 'in-between':
      return `그 사이에 ${deed(why.between)}이 있었어요. 그것 없이 한 번 더 해 보세요.`;
    case 'unwanted':
      return '없어져야 할 것이 아직 남아 있어요.';
  }
}

function notice(what: Notice): string {
  switch (what.kind) {
    case 'progress-unreadable':
      return '저장된 진행 상황을 읽지 못해서 이 레슨을 처음부터 시작해요.';
    case 'progress-blocked':
      return '이 브라우저에서는 페이지가 아무것도 저장할 수 없어요. 레슨은 그대로 할 수 있지만, 탭을 닫으면 진행 상황이 사라져요.';
    case 'engine-unreachable':
      return `레슨이 컨테이너 엔진을 볼 수 없어요(${what.detail}). 계속 다시 시도하고 있고, 터미널에서 한 일은 사라지지 않아요.`;
  }
}

export const ko: Sentences = { reason, notice, requests };
