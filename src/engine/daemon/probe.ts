import type { HealthResult } from '../../protocol/container.ts';
import type { Container } from '../container/container.ts';
import { once, type Context } from '../container/context.ts';
import { createExec, startExec } from '../container/exec.ts';
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
    const sentence = `Health check exceeded timeout (${goDuration(check.timeout)})`;
    return result(-1, output === '' ? sentence : `${sentence}: ${output}`);
  } catch (error) {
    return result(-1, error instanceof Error ? error.message : String(error));
  } finally {
    if (id !== undefined) execs.delete(id);
  }
}

/** A span in ms as Go prints it: `1m30s`, `1.5s`, `200ms`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${String(milliseconds)}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = `${String((milliseconds % 60_000) / 1000)}s`;
  if (hours > 0) return `${String(hours)}h${String(minutes)}m${seconds}`;
  return minutes > 0 ? `${String(minutes)}m${seconds}` : seconds;
}
