import type { TraceStep, TraceView } from '../../../protocol/bottle.ts';
import { resource } from '../each.ts';
import { align } from '../format/table.ts';
import { Failure } from '../failure.ts';
import { bool } from '../flags.ts';
import { errnoText } from '../../../protocol/errno.ts';
import type { Command } from '../command.ts';

/** How much of a call's arguments is shown, in characters. */
const ARGUMENTS = 60;

/** Shows the system calls of a container's start: `GET /bottle/containers/…/trace`. */
export const trace: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: 'Show what the kernel was asked to do when a container started',
  arity: { min: 1, max: 1 },
  flags: () => [bool('no-trunc', '', "Don't truncate output")],
  async run(cli, flags, [name = '']) {
    const { steps } = await cli.client.json<TraceView>(
      'GET',
      `/bottle${resource('containers', name)}/trace`,
    );
    if (steps.length === 0) {
      throw new Failure(
        `container ${name} has not been started: there is no trace of it; start it and ask again`,
      );
    }
    const rows = steps.map((step, at) =>
      [
        at + 1,
        step.phase,
        call(step, !flags.bool('no-trunc')),
        result(step.errno),
        time(step.ns),
      ].join('\t'),
    );
    await cli.out(align(`STEP\tPHASE\tCALL\tRESULT\tTIME\n${rows.join('\n')}\n`, { minWidth: 6 }));
    return 0;
  },
};

function call({ op, args }: TraceStep, trunc: boolean): string {
  // Arguments may hold anything, also a program in binary: what is not text would break the table.
  const shown = args
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .map((arg) => (/^[^\x00-\x1f\x7f\ufffd]*$/.test(arg) ? arg || '""' : `<${arg.length} bytes>`))
    .join(' ');
  const text = shown === '' ? op : `${op} ${shown}`;
  return trunc && text.length > ARGUMENTS ? `${text.slice(0, ARGUMENTS - 1)}…` : text;
}

function result(errno: number): string {
  return errno === 0 ? 'ok' : errno < 0 ? 'absent' : errnoText(errno);
}

function time(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  return `${(nanoseconds / 1e6).toFixed(2)} ms`;
}
