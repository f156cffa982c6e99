import { Failure } from './failure.ts';
import { rawTerminal } from './terminal.ts';
import type { Cli } from './command.ts';

const CTRL_C = 3;
const CTRL_D = 4;
const NEWLINES = [10, 13];
const ERASE = [8, 127];

/** Asks for a line on the terminal. */
export async function ask(cli: Cli, question: string): Promise<string> {
  await cli.out(question);
  let line = '';
  while (!line.includes('\n')) {
    const data = await cli.sys.read(0, 256);
    if (data.byteLength === 0) break;
    line += cli.sys.decode(data);
  }
  return line.split('\n', 1)[0]?.trim() ?? '';
}

/** Asks for a line that is not shown while it is typed. */
export async function askSecret(cli: Cli, question: string): Promise<string> {
  const { sys } = cli;
  await cli.out(question);
  const undo = rawTerminal(cli, 0, false);
  const line: number[] = [];
  try {
    for (;;) {
      const data = new Uint8Array(await sys.read(0, 256));
      if (data.length === 0) return sys.decode(new Uint8Array(line));
      for (const byte of data) {
        if (byte === CTRL_C) throw new Failure('', 130);
        if (NEWLINES.includes(byte) || byte === CTRL_D) return sys.decode(new Uint8Array(line));
        if (ERASE.includes(byte)) line.pop();
        else line.push(byte);
      }
    }
  } finally {
    undo();
    await cli.out('\n');
  }
}

/** All of standard input, without the newline at its end. */
export async function inputText(cli: Cli): Promise<string> {
  const bytes: number[] = [];
  for (;;) {
    const data = await cli.sys.read(0, 4096);
    if (data.byteLength === 0) break;
    bytes.push(...new Uint8Array(data));
  }
  return cli.sys.decode(new Uint8Array(bytes)).replace(/\r?\n$/, '');
}
