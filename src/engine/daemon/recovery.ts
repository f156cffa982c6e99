import { LIB, RUN, runDirectory, type Container } from '../container/container.ts';
import { emit, type Context } from '../container/context.ts';
import { ended } from '../container/exit.ts';
import { ShimLink } from '../container/shim.ts';
import { restoreNetworks, restorePlaces, restoreTraffic } from '../container/networks/restore.ts';
import { follow } from '../container/start.ts';

import { makeMountpoints } from '../rootfs/mountpoints.ts';

/**
 * Takes up what an earlier daemon left: containers that run on are found through their shims, those
 * that ended meanwhile are ended here too, and half-made things are cleared away.
 */
export async function recover(context: Context): Promise<void> {
  const { sys, containers, images } = context;
  makeMountpoints(sys);
  context.volumes.load(containers.load());
  restoreNetworks(context);
  for (const container of containers.list()) {
    images.retain(container.id, container.chain);
    if (container.state.Running || sys.stat(runDirectory(container.id))) {
      await reconnect(context, container);
    }
  }
  restoreTraffic(context);
  sweep(context);
  images.collect();
}

/** A daemon that was killed between the start and its note of it left no pid: the shim knows. */
async function reconnect(context: Context, container: Container): Promise<void> {
  const { sys, shims } = context;
  const { id, state } = container;
  container.execs.length = 0;
  let shim;
  try {
    shim = await ShimLink.connect(sys, runDirectory(id), () => {
      emit(context, container, 'detach');
    });
  } catch {
    // Nobody listens: it ended, and left a report, or it never began.
    const reported = sys.stat(`${runDirectory(id)}/exit`) !== null;
    // Its shim writes this at the start; a kill may come before the note that it runs.
    const began = sys.stat(`${runDirectory(id)}/pid`) !== null;
    if (state.Restarting && !reported) {
      // It waited for its next start: `startWithDaemon` sees to that.
      Object.assign(state, { Status: 'exited', Running: false, Restarting: false });
      context.containers.save(container);
    } else if (state.Running || reported || began) {
      noteStart(context, container);
      ended(context, container, null);
    }
    return;
  }
  shims.set(id, shim);
  const started = await shim.started;
  if (started.ok) {
    Object.assign(state, {
      Status: state.Paused ? 'paused' : 'running',
      Running: true,
      Restarting: false,
      Pid: started.pid,
    });
    restorePlaces(context, container);
    noteStart(context, container);
    context.containers.save(container);
    context.supervisor.resumed(container);
  }
  follow(context, container, shim);
}

/** The time of a start that nobody noted: the plan was written just before it. */
function noteStart({ sys }: Context, { id, state }: Container): void {
  const planned = sys.stat(`${runDirectory(id)}/plan`)?.mtime;
  if (planned === undefined) return;
  if (Date.parse(state.StartedAt) < planned) state.StartedAt = new Date(planned).toISOString();
}

/** Directories that no container owns: of execs, and of creates that were cut off. */
function sweep({ sys, containers, images }: Context): void {
  for (const { name } of sys.readdir(`${RUN}/containers`)) {
    if (!containers.has(name) && !sys.stat(`${RUN}/containers/${name}/shim.sock`)) {
      sys.removeTree(`${RUN}/containers/${name}`);
    }
  }
  const layers = new Set(images.layers.list().map((id) => id.replace(/^sha256:/, '')));
  for (const { name } of sys.stat(`${LIB}/overlay2`) ? sys.readdir(`${LIB}/overlay2`) : []) {
    // Containers are named by 64 digits as chains are; what is neither is a stranger's.
    if (/^[0-9a-f]{64}$/.test(name) && !containers.has(name) && !layers.has(name)) {
      sys.removeTree(`${LIB}/overlay2/${name}`);
    }
  }
}
