import type { NamespaceType } from '../../protocol/bottle.ts';

/** What is said of a thing that is pointed at. */
export const placeEn = {
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
};

export const placeKo: typeof placeEn = {
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
    'copy-up': '이미지에 있던 파일이에요. 처음 쓸 때 통째로 위로 복사했고, 아래의 것은 그대로예요.',
    whiteout: '여기서만 지워졌어요. 특별한 파일(장치 0/0)이 아래에 있는 파일을 가려요.',
  },
  image: (name) => `이미지 ${name}`,
  imageSays: '레이어들, 그리고 무엇을 어떻게 실행할지 적은 문서예요.',
  sheet: '레이어',
  tag: (name) => `레지스트리의 ${name}`,
  tagSays: '레지스트리에 있는 이름이에요. 받으면 머신에 없는 레이어만 가져와요.',
};
