import { archiveRoutes } from '../api/archive.ts';
import { bottleRoutes } from '../api/bottle.ts';
import { buildRoutes } from '../api/build.ts';
import { commitRoutes } from '../api/commit.ts';
import { containerRoutes } from '../api/containers.ts';
import { diskRoutes } from '../api/disk.ts';
import { execRoutes } from '../api/exec.ts';
import { Connection, type Handler } from '../api/http.ts';
import { lifecycleRoutes } from '../api/lifecycle.ts';
import { imageRoutes } from '../api/images.ts';
import { RequestLog } from '../api/requests.ts';
import { createHandler } from '../api/router.ts';
import { shareRoutes } from '../api/share.ts';
import { absentRoutes } from '../api/absent.ts';
import { systemRoutes } from '../api/system.ts';
import { networkRoutes } from '../api/networks.ts';
import { volumeRoutes } from '../api/volumes.ts';
import { discardBuilds } from '../build/index.ts';
import { LIB, RUN } from '../container/container.ts';
import { ContainerStore } from '../container/store.ts';
import { ImageStore } from '../image/index.ts';
import { Ports } from '../network/ports.ts';
import { NetworkStore } from '../network/store.ts';
import { VolumeStore } from '../volume/index.ts';
import type { Accepted, Fd, Sys } from '../sys/sys.ts';
import { SignalLog } from '../observe/signals.ts';
import { Events } from './events.ts';
import { recover } from './recovery.ts';
import { ContainerSupervisor } from './supervisor.ts';

/** The Engine API for everything in the guest; group `docker` may use it. */
const SOCKET = '/run/docker.sock';
const DOCKER_GROUP = 998;

/** The Engine API for the page: its address only, so that no container reaches it. */
const TCP_PORT = 2375;
const PAGE = '192.168.86.1';

/**
 * The daemon: takes up what an earlier one left, then answers the Engine API until it is killed.
 *
 * Containers do not notice when it is: their shims run on, and the next daemon finds them.
 */
export async function daemon(sys: Sys): Promise<void> {
  sys.mkdir(RUN, 0o711, true);
  sys.mkdir(`${RUN}/containers`, 0o711, true);
  const events = new Events(sys);
  const images = new ImageStore({
    sys,
    onEvent: ({ action, id, name }) => {
      events.emit('image', action, id, { name });
    },
  });
  const supervisor = new ContainerSupervisor({
    sys,
    images,
    events,
    volumes: new VolumeStore(sys, (action, name) => {
      events.emit('volume', action, name, { driver: 'local' });
    }),
    containers: new ContainerStore(sys),
    networks: new NetworkStore(sys, `${LIB}/network`),
    ports: new Ports(sys),
    resolvers: new Map(),
    execs: new Map(),
    shims: new Map(),
    waiting: new Map(),
    signals: new SignalLog(sys),
    exits: new Map(),
    removals: new Map(),
    restarting: new Set(),
  });
  const { context } = supervisor;
  await recover(context);
  await discardBuilds(context);
  const log = new RequestLog(sys);
  const handle = createHandler(
    context,
    [
      ...systemRoutes,
      ...lifecycleRoutes,
      ...containerRoutes,
      ...execRoutes,
      ...imageRoutes,
      ...shareRoutes,
      ...buildRoutes,
      ...volumeRoutes,
      ...networkRoutes,
      ...archiveRoutes,
      ...commitRoutes,
      ...diskRoutes,
      ...absentRoutes,
      ...bottleRoutes(log),
    ],
    log,
  );
  const unix = sys.listenUnix(SOCKET, 0o660, DOCKER_GROUP);
  const tcp = sys.listenTcp('0.0.0.0', TCP_PORT);
  void supervisor.startWithDaemon();
  await Promise.all([
    acceptAll(sys, unix, handle, () => true),
    acceptAll(sys, tcp, handle, ({ address }) => address === PAGE),
  ]);
}

async function acceptAll(
  sys: Sys,
  listener: Fd,
  handle: Handler,
  welcome: (accepted: Accepted) => boolean,
): Promise<never> {
  for (;;) {
    const accepted = await sys.accept(listener);
    if (welcome(accepted)) void new Connection(sys, accepted.fd, accepted).serve(handle);
    else sys.close(accepted.fd);
  }
}
