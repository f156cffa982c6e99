import { Failure } from './failure.ts';
import { humanSize } from './format/units.ts';
import type { ProgressDetail, ProgressMessage } from './api.ts';
import type { Cli } from './command.ts';
import type { Reply } from './http/connection.ts';

/** Narrowest terminal that gets a bar, and columns beside the bar that the rest of a line needs. */
const NARROW = 60;
const BESIDE = 50;
const LONGEST_BAR = 50;

/**
 * Shows a stream of progress messages: on a terminal every transfer has a line that is drawn over,
 * elsewhere a line is written when something changes its state. `fd` is 1 or 2.
 * @throws Failure with the error that the stream carries
 */
export async function showProgress(
  cli: Cli,
  reply: Reply,
  fd: 1 | 2,
  onAux?: (aux: unknown) => void,
): Promise<void> {
  const tty = cli.sys.isatty(fd);
  const columns = tty ? cli.sys.winsize(fd).cols : 0;
  const write = (text: string): Promise<void> => (fd === 1 ? cli.out(text) : cli.err(text));
  /** The line of each transfer, counted from the first that is still drawn over. */
  let lines = new Map<string, number>();
  for await (const message of reply.documents<ProgressMessage>()) {
    if (message.aux !== undefined && message.aux !== null) {
      onAux?.(message.aux);
      continue;
    }
    const problem = message.errorDetail?.message ?? message.error;
    if (problem !== undefined) throw new Failure(problem, message.errorDetail?.code || 1);
    const { id = '', progressDetail: detail } = message;
    let text = '';
    let up = 0;
    if (id !== '' && detail) {
      let line = lines.get(id);
      if (line === undefined) {
        line = lines.size;
        lines.set(id, line);
        if (tty) text += '\n';
      }
      up = lines.size - line;
      if (tty) text += `\x1b[${up}A`;
    } else lines = new Map();
    text += tty ? terminalLine(message, columns) : plainLine(message);
    if (tty && id !== '' && up > 0) text += `\x1b[${up}B`;
    if (text !== '') await write(text);
  }
}

function terminalLine(message: ProgressMessage, columns: number): string {
  const { id, status = '', stream, progressDetail: detail } = message;
  const name = id ? `${id}: ` : '';
  if (stream) return name + stream;
  if (!detail) return `${name}${status}\n`;
  return `\x1b[2K\r${name}${status} ${bar(detail, columns)}\r`;
}

function plainLine(message: ProgressMessage): string {
  const { id, status = '', stream, progressDetail: detail } = message;
  if (stream) return stream;
  // Only a state is worth a line; how far it is would fill the log.
  if (detail && ((detail.current ?? 0) > 0 || (detail.total ?? 0) > 0)) return '';
  return `${id ? `${id}: ` : ''}${status}\n`;
}

/** `[=====>     ]  1.2MB/4.1MB`; the bar is as long as the terminal has room for. */
function bar(detail: ProgressDetail, columns: number): string {
  const { current = 0, total = 0, units = '', hidecounts = false } = detail;
  if (current <= 0 && total <= 0) return '';
  const size = (value: number): string => humanSize(value).padStart(8);
  if (total <= 0) return units ? `${current} ${units}` : size(current);
  const length = Math.min(LONGEST_BAR, columns - BESIDE);
  const done = Math.min(length, Math.trunc((current / total) * length));
  let text = '';
  if (columns >= NARROW) text = `[${'='.repeat(done)}>${' '.repeat(length - done)}] `;
  if (hidecounts) return text;
  if (units) return `${text}${current > total ? current : `${current}/${total}`} ${units}`;
  return text + size(current) + (current > total ? '' : `/${humanSize(total)}`);
}
