import type { HealthResult } from '../../protocol/container.ts';
import type { Container } from '../container/container.ts';
import { once, type Context } from '../container/context.ts';
import { createExec, startExec } from '../container/exec.ts';
import { formatDuration } from '../duration.ts';
import { SIGKILL } from '../sys/signals.ts';
import type { Check } from './health.ts';

/** How much of a probe's output is kept, in bytes; what was cut ends with three dots. */
const MOST_OUTPUT = 4096;

/** Runs a health check's command once, as an exec; kills it when it takes too long. Never throws. */
export async function runProbe(
  context: Context,
  container: Container,
  check: Check,
): Promise<HealthResult> {
  const { sys, execs } = context;
  const Start = sys.timestamp();
  const result = (ExitCode: number, Output: string): HealthResult => ({
    Start,
    End: sys.timestamp(),
    ExitCode,
    Output,
  });
  let id: string | undefined;
  try {
    const exec = createExec(context, container, {
      command: check.command,
      env: [],
      workingDir: '',
      privileged: false,
      user: '',
      tty: false,
      attachStdin: false,
      attachStdout: true,
      attachStderr: true,
      keepOutput: MOST_OUTPUT,
    });
    id = exec.id;
    let late = false;
    const timer = sys.setTimer(check.timeout, () => {
      late = true;
      context.shims.get(exec.id)?.kill(SIGKILL);
    });
    try {
      const gone = new Promise((resolve) => {
        once(context.exits, exec.id, resolve);
      });
      await startExec(context, exec, [0, 0], null);
      await gone;
    } finally {
      sys.clearTimer(timer);
    }
    const output = exec.output ?? '';
    if (!late) return result(exec.exitCode ?? -1, output);
    const sentence = `Health check exceeded timeout (${formatDuration(check.timeout * 1e6)})`;
    return result(-1, output === '' ? sentence : `${sentence}: ${output}`);
  } catch (error) {
    return result(-1, error instanceof Error ? error.message : String(error));
  } finally {
    if (id !== undefined) execs.delete(id);
  }
}
