import type { NamespaceType, SignalSender } from '../../protocol/bottle.ts';
import type { Language } from '../messages/language.ts';
import type { Fate } from './flags.ts';
import type { Condition } from './picture.ts';

const list = (names: readonly string[]): string => names.join(', ');

/** The sentences of the x-ray, which come with its code. */
const en = {
  label: 'X-ray of the machine',
  manner: 'How it is shown',
  picture: 'Picture',
  text: 'Text',
  connecting: 'Looking at the machine',
  lost: 'The engine does not answer. What you see is from before; it goes on when the engine is back.',
  machine: 'The machine',
  machineLine: (kernel: string, used: string, total: string): string =>
    `Linux ${kernel} · ${used} of ${total} in use`,
  machineProcesses: (count: number): string => `${String(count)} processes of its own`,
  containers: 'Containers',
  none: 'No containers yet. Start one and watch it appear:',
  empty: 'No process, no walls: only its layers are left.',
  newborn: 'Not started yet: only its layers are there.',
  oom: 'killed: out of memory',
  condition: {
    created: 'created',
    running: 'running',
    paused: 'paused',
    restarting: 'restarting',
    unhealthy: 'unhealthy',
    done: 'exited',
    failed: 'exited',
    gone: 'being removed',
  } satisfies Record<Condition, string>,
  walls: (container: string): string => `Namespaces of ${container}`,
  wall: {
    own: (type: NamespaceType): string => `${type}: its own`,
    host: (type: NamespaceType): string => `${type}: the machine’s, no wall`,
    shared: (type: NamespaceType, names: readonly string[]): string =>
      `${type}: shared with ${list(names)}`,
  },
  joined: (types: readonly string[], names: readonly string[]): string =>
    `${list(names)}: one wall in common, ${list(types)}`,
  processes: (container: string): string => `Processes of ${container}`,
  inside: 'PID inside',
  outside: 'on the machine',
  command: 'command',
  more: (count: number): string => `and ${String(count)} more`,
  shim: (pids: readonly number[]): string => `shim ${list(pids.map(String))}`,
  memory: 'Memory',
  cpu: 'CPU',
  tasks: 'Tasks',
  ofLimit: (now: string, limit: string): string => `${now} of ${limit}`,
  limitless: (now: string): string => `${now}, no limit`,
  mark: (limit: string): string => `limit ${limit}`,
  overflow: (count: number): string => `over the limit: killed ${String(count)}×`,
  unknown: '–',
  flags: (container: string): string => `Signals to ${container}`,
  sender: {
    kill: 'docker kill',
    stop: 'docker stop',
    patience: 'patience over',
    remove: 'docker rm -f',
  } satisfies Record<SignalSender, string>,
  fate: {
    waiting: (): string => 'no answer yet',
    answered: (after: string): string => `answered after ${after} s`,
    unanswered: (after: string): string => `not answered in ${after} s`,
    forced: (): string => 'ends it without asking',
  } satisfies Record<Fate, (after: string) => string>,
  layers: (count: number): string => `Layers: the writable one on ${String(count)} of the image`,
  writable: 'writable',
  untouched: 'Nothing changed yet: every file is still the image’s.',
  imageLayer: (number: number): string => `layer ${String(number)} of the image`,
  standing: (count: number): string => `under ${String(count)} containers`,
  change: {
    new: 'new',
    'copy-up': 'copied up, then changed',
    whiteout: 'hidden (whiteout)',
  },
  truncated: 'There are more changes than fit here.',
  trace: 'How it started',
  traceTotal: (count: number, time: string): string => `${String(count)} steps, ${time}`,
  phase: {
    host: 'outside, by the shim',
    child: 'inside, by the new process',
    after: 'after its end',
  } as Readonly<Record<string, string>>,
  calls: (count: number): string => `${String(count)} calls`,
  absent: 'nothing there to do it to',
  images: 'Images',
  noImages: 'No images yet. A first run fetches one, or:',
  imagesHint:
    'Layers lie from the base on the left. One that spans several rows is stored once and shared.',
  sheet: (size: string, names: readonly string[]): string =>
    names.length > 1
      ? `Layer of ${size}, shared by ${list(names)}`
      : `Layer of ${size} of ${list(names)}`,
  usedBy: (count: number): string => (count === 1 ? '1 container' : `${String(count)} containers`),
  registry: 'Registry',
  registryHint: 'What can be pulled from here. A check marks what is on the machine already.',
  registryFailed: 'The registry could not be read.',
  here: 'on the machine',
  close: 'Close',
  where: 'Where it lives',
  place: {
    container: (name: string): string => `Container ${name}`,
    containerSays:
      'Nothing but processes with walls around them, a limit and a stack of layers. The engine keeps its record here.',
    process: (inside: number, outside: number): string =>
      inside === outside
        ? `Process ${String(outside)}`
        : `Process ${String(inside)}, ${String(outside)} on the machine`,
    processSays: 'One process. Each PID namespace that it is in gives it a number of its own.',
    hostProcessSays: 'A process of the machine itself, in none of the containers.',
    shimSays:
      'The shim holds the container’s terminal, log and exit status, and outlives the engine.',
    wall: (type: NamespaceType): string => `The ${type} namespace`,
    wallSays: {
      pid: 'Which processes it can see, and which numbers they have.',
      mnt: 'Which file systems it can see, and where.',
      net: 'Which network interfaces, addresses and ports it has.',
      uts: 'Which host name it has.',
      ipc: 'Which shared memory and message queues it can reach.',
      cgroup: 'Which part of the control groups it can see.',
      user: 'Which users it knows. Docker shares the machine’s unless the engine is told otherwise.',
    } satisfies Record<NamespaceType, string>,
    memory: 'Memory of the control group',
    memorySays:
      'What its processes use, the cache of their files included. At the limit the kernel first takes back cache, then kills.',
    cpu: 'Processor time of the control group',
    cpuSays:
      'The share of one processor in the last second. What stands in the file is the sum, in microseconds.',
    tasks: 'Tasks of the control group',
    tasksSays: 'Processes and their threads. At the limit a fork is refused.',
    flag: (signal: string): string => `Signal ${signal}`,
    flagSays:
      'A signal goes to the first process of the container. SIGKILL goes to the kernel instead: the process is not asked.',
    upper: 'The writable layer',
    upperSays: 'All that this container changed. It goes when the container is removed.',
    layer: 'A layer of the image',
    layerSays: 'Read-only, stored once, under every container of the image.',
    change: (path: string): string => path,
    changeSays: {
      new: 'The container made this file.',
      'copy-up':
        'The file was the image’s. For the first write it was copied up whole; below it is as it was.',
      whiteout: 'Deleted here only: a special file, device 0/0, hides the one below.',
    },
    image: (name: string): string => `Image ${name}`,
    imageSays: 'Layers, and a document that says what to run and how.',
    sheet: 'A layer',
    tag: (name: string): string => `${name} in the registry`,
    tagSays: 'A name in the registry. Pulling it fetches only the layers that are missing here.',
  },
};

type XrayMessages = typeof en;

const ko: XrayMessages = {
  label: '머신의 엑스레이',
  manner: '보는 방법',
  picture: '그림',
  text: '글',
  connecting: '머신을 들여다보는 중이에요',
  lost: '엔진이 대답하지 않아요. 지금 보이는 것은 조금 전 모습이고, 엔진이 돌아오면 이어져요.',
  machine: '머신',
  machineLine: (kernel, used, total) => `리눅스 ${kernel} · ${total} 중 ${used} 사용`,
  machineProcesses: (count) => `머신 자신의 프로세스 ${String(count)}개`,
  containers: '컨테이너',
  none: '아직 컨테이너가 없어요. 하나 시작하면 여기에 나타나요.',
  empty: '프로세스도 벽도 없고 레이어만 남아 있어요.',
  newborn: '아직 시작하지 않았어요. 레이어만 있어요.',
  oom: '메모리가 모자라 강제 종료됨',
  condition: {
    created: '만들어짐',
    running: '실행 중',
    paused: '일시 정지',
    restarting: '다시 시작하는 중',
    unhealthy: '비정상',
    done: '종료됨',
    failed: '종료됨',
    gone: '지우는 중',
  },
  walls: (container) => `${container}의 네임스페이스`,
  wall: {
    own: (type) => `${type}: 자기만의 것`,
    host: (type) => `${type}: 머신의 것이라 벽이 없음`,
    shared: (type, names) => `${type}: ${list(names)}와 함께 씀`,
  },
  joined: (types, names) => `${list(names)}: 벽 하나를 함께 써요 (${list(types)})`,
  processes: (container) => `${container}의 프로세스`,
  inside: '안에서 PID',
  outside: '머신에서',
  command: '명령',
  more: (count) => `그 밖에 ${String(count)}개`,
  shim: (pids) => `심(shim) ${list(pids.map(String))}`,
  memory: '메모리',
  cpu: 'CPU',
  tasks: '태스크',
  ofLimit: (now, limit) => `${limit} 중 ${now}`,
  limitless: (now) => `${now}, 제한 없음`,
  mark: (limit) => `제한 ${limit}`,
  overflow: (count) => `제한을 넘어 ${String(count)}번 강제 종료`,
  unknown: '측정 중',
  flags: (container) => `${container}에 보낸 시그널`,
  sender: {
    kill: 'docker kill 명령',
    stop: 'docker stop 명령',
    patience: '기다림이 끝남',
    remove: 'docker rm -f 명령',
  },
  fate: {
    waiting: () => '아직 답이 없음',
    answered: (after) => `${after}초 만에 답함`,
    unanswered: (after) => `${after}초 동안 답하지 않음`,
    forced: () => '묻지 않고 끝냄',
  },
  layers: (count) => `레이어: 이미지 레이어 ${String(count)}개 위에 쓰기 가능한 레이어`,
  writable: '쓰기 가능',
  untouched: '아직 바뀐 것이 없어요. 모든 파일이 이미지의 것 그대로예요.',
  imageLayer: (number) => `이미지의 레이어 ${String(number)}`,
  standing: (count) => `컨테이너 ${String(count)}개가 함께 씀`,
  change: {
    new: '새 파일',
    'copy-up': '위로 복사한 뒤 바꿈(copy-up)',
    whiteout: '가려짐(whiteout)',
  },
  truncated: '여기에 다 보여 줄 수 없을 만큼 많이 바뀌었어요.',
  trace: '시작 과정',
  traceTotal: (count, time) => `${String(count)}단계, ${time} 걸림`,
  phase: { host: '바깥에서 심(shim)이', child: '안에서 새 프로세스가', after: '끝난 뒤에' },
  calls: (count) => `호출 ${String(count)}번`,
  absent: '대상이 없어 건너뜀',
  images: '이미지',
  noImages: '아직 이미지가 없어요. 처음 실행하면 받아 오고, 직접 받아도 돼요.',
  imagesHint: '왼쪽이 맨 아래 레이어예요. 여러 줄에 걸친 레이어는 한 번만 저장하고 함께 써요.',
  sheet: (size, names) =>
    names.length > 1
      ? `${size} 레이어, 함께 쓰는 이미지: ${list(names)}`
      : `${list(names)}의 ${size} 레이어`,
  usedBy: (count) => `컨테이너 ${String(count)}개`,
  registry: '레지스트리',
  registryHint: '여기서 받아 올 수 있는 것들이에요. 머신에 이미 있는 것에는 체크 표시가 있어요.',
  registryFailed: '레지스트리를 읽지 못했어요.',
  here: '머신에 있음',
  close: '닫기',
  where: '어디에 있나요',
  place: {
    container: (name) => `컨테이너 ${name}`,
    containerSays:
      '벽으로 둘러싸인 프로세스와 제한, 겹쳐 쌓은 레이어가 전부예요. 엔진은 그 기록을 여기에 두어요.',
    process: (inside, outside) =>
      inside === outside
        ? `프로세스 ${String(outside)}`
        : `프로세스 ${String(inside)}, 머신에서는 ${String(outside)}`,
    processSays: '프로세스는 하나예요. 속한 PID 네임스페이스마다 번호를 따로 받아요.',
    hostProcessSays: '어느 컨테이너에도 들지 않은, 머신 자신의 프로세스예요.',
    shimSays: '심(shim)은 컨테이너의 터미널과 로그, 종료 코드를 맡고, 엔진이 꺼져도 남아 있어요.',
    wall: (type) => `${type} 네임스페이스`,
    wallSays: {
      pid: '어떤 프로세스를 볼 수 있고 번호가 몇 번인지 정해요.',
      mnt: '어떤 파일 시스템을 어디에서 볼 수 있는지 정해요.',
      net: '어떤 네트워크 인터페이스와 주소, 포트를 갖는지 정해요.',
      uts: '호스트 이름을 정해요.',
      ipc: '어떤 공유 메모리와 메시지 큐에 닿을 수 있는지 정해요.',
      cgroup: '컨트롤 그룹의 어느 부분을 볼 수 있는지 정해요.',
      user: '어떤 사용자를 아는지 정해요. 따로 설정하지 않으면 머신의 것을 함께 써요.',
    },
    memory: '컨트롤 그룹의 메모리',
    memorySays:
      '프로세스가 쓰는 메모리예요. 파일 캐시도 들어가요. 제한에 닿으면 커널이 캐시부터 되찾고, 그래도 모자라면 프로세스를 강제로 끝내요.',
    cpu: '컨트롤 그룹의 CPU 시간',
    cpuSays:
      '지난 1초 동안 CPU 하나를 얼마나 썼는지예요. 파일에는 지금까지의 합이 마이크로초로 적혀 있어요.',
    tasks: '컨트롤 그룹의 태스크',
    tasksSays: '프로세스와 스레드의 수예요. 제한에 닿으면 fork가 거절돼요.',
    flag: (signal) => `시그널 ${signal}`,
    flagSays:
      '시그널은 컨테이너의 첫 프로세스로 가요. SIGKILL은 프로세스에 묻지 않고 커널이 바로 끝내요.',
    upper: '쓰기 가능한 레이어',
    upperSays: '이 컨테이너가 바꾼 것이 모두 여기 있어요. 컨테이너를 지우면 함께 사라져요.',
    layer: '이미지의 레이어',
    layerSays: '읽기 전용이고 한 번만 저장해요. 이 이미지로 만든 모든 컨테이너가 함께 써요.',
    change: (path) => path,
    changeSays: {
      new: '컨테이너가 만든 파일이에요.',
      'copy-up':
        '이미지에 있던 파일이에요. 처음 쓸 때 통째로 위로 복사했고, 아래의 것은 그대로예요.',
      whiteout: '여기서만 지워졌어요. 특별한 파일(장치 0/0)이 아래에 있는 파일을 가려요.',
    },
    image: (name) => `이미지 ${name}`,
    imageSays: '레이어들, 그리고 무엇을 어떻게 실행할지 적은 문서예요.',
    sheet: '레이어',
    tag: (name) => `레지스트리의 ${name}`,
    tagSays: '레지스트리에 있는 이름이에요. 받으면 머신에 없는 레이어만 가져와요.',
  },
};

export const xrayMessages: Readonly<Record<Language, XrayMessages>> = { en, ko };
export type { XrayMessages };
