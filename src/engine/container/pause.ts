import { EngineError } from '../errors.ts';
import { cgroupOf } from './cgroup.ts';
import type { Container } from './container.ts';
import { emit, type Context } from './context.ts';

/**
 * Pausing is the freezer of control groups: the kernel runs no process of the group until it is
 * thawed (cgroup-v2.rst, `cgroup.freeze`). No signal is sent; the processes do not notice.
 *
 * See it: `cat /sys/fs/cgroup/docker/<id>/cgroup.events`.
 */
function freeze({ sys }: Context, container: Container, on: boolean): void {
  sys.writeFile(`${cgroupOf(container)}/cgroup.freeze`, on ? '1' : '0');
}

/** @throws EngineError 409 when it does not run, or is paused already. */
export function pause(context: Context, container: Container): void {
  const { id, state } = container;
  if (!state.Running) throw new EngineError(409, `container ${id} is not running`);
  if (state.Paused) throw new EngineError(409, `Container ${id} is already paused`);
  if (state.Restarting) {
    throw new EngineError(
      409,
      `Container ${id} is restarting, wait until the container is running`,
    );
  }
  freeze(context, container, true);
  Object.assign(state, { Status: 'paused', Paused: true });
  context.supervisor.paused(container);
  context.containers.save(container);
  emit(context, container, 'pause');
}

/** @throws EngineError 500, as Docker has it, when it is not paused. */
export function unpause(context: Context, container: Container): void {
  const { id, state } = container;
  if (!state.Paused) throw new EngineError(500, `Container ${id} is not paused`);
  thaw(context, container);
}

/** Lets its processes go on. */
export function thaw(context: Context, container: Container): void {
  freeze(context, container, false);
  Object.assign(container.state, { Status: 'running', Paused: false });
  context.supervisor.paused(container);
  context.containers.save(container);
  emit(context, container, 'unpause');
}
