import { directoryContext, inputContext, type ContextToSend } from '../build/context.ts';
import { buildFlags } from '../build/flags.ts';
import { buildQuery } from '../build/query.ts';
import { resolve } from '../create/mounts.ts';
import { Failure } from '../failure.ts';
import { humanSize } from '../format/units.ts';
import { showProgress } from '../progress.ts';
import type { Cli, Command } from '../command.ts';
import type { Flags } from '../flags.ts';
import type { Reply } from '../http/connection.ts';

/** Builds an image: `POST /build`. */
export const build: Command = {
  usage: '[OPTIONS] PATH | URL | -',
  short: 'Build an image from a Dockerfile',
  aliases: ['docker image build', 'docker build', 'docker builder build'],
  arity: { min: 1, max: 1 },
  flags: buildFlags,
  async run(cli, flags, [where = '']) {
    if (flags.bool('squash')) {
      throw new Failure(
        '"--squash" is only supported on a Docker daemon with experimental features enabled',
      );
    }
    const iidFile = flags.text('iidfile') && resolve(cli.cwd, flags.text('iidfile'));
    // One that an earlier build wrote must not be taken for this one's.
    if (iidFile && cli.sys.lstat(iidFile)) cli.sys.unlink(iidFile);
    const id = flags.bool('quiet')
      ? await quietly(cli, flags, where)
      : await send(cli, flags, where, cli);
    if (!iidFile) return 0;
    if (id === '') {
      throw new Failure(`server did not provide an image ID. Cannot write ${iidFile}`);
    }
    cli.sys.writeFile(iidFile, id, 0o644);
    return 0;
  },
};

/** Shows the image's ID only; everything when it fails. */
async function quietly(cli: Cli, flags: Flags, where: string): Promise<string> {
  let held = '';
  const hold = (text: string): Promise<void> => {
    held += text;
    return Promise.resolve();
  };
  try {
    await send(cli, flags, where, { ...cli, out: hold });
  } catch (error) {
    await cli.err(held);
    throw error;
  }
  const id = held.replace(/^Sending build context[^\n]*\n/, '');
  await cli.out(id);
  return id.trim();
}

/** Sends the context and shows what the daemon says. Resolves with the image's ID. */
async function send(cli: Cli, flags: Flags, where: string, shown: Cli): Promise<string> {
  const file = flags.text('file');
  const query = buildQuery(cli, flags);
  if (/^https?:\/\//.test(where)) {
    const reply = await cli.client.request('POST', '/build', {
      query: { ...query, dockerfile: file, remote: where },
    });
    return await show(shown, reply);
  }
  const { dockerfile, pieces } = await contextOf(cli, where, file);
  const { reply, close } = await cli.client.exchange('POST', '/build', counted(shown, pieces), {
    query: { ...query, dockerfile },
  });
  try {
    return await show(shown, reply);
  } finally {
    close();
  }
}

async function contextOf(cli: Cli, where: string, file: string): Promise<ContextToSend> {
  if (where === '-') {
    if (file === '-') {
      throw new Failure("invalid argument: can't use stdin for both build context and dockerfile");
    }
    return await inputContext(cli, file);
  }
  if (cli.sys.stat(resolve(cli.cwd, where)) !== null) {
    return await directoryContext(cli, where, file);
  }
  if (/^(git:\/\/|git@|github\.com\/)|\.git(#.*)?$/.test(where)) {
    throw new Failure(
      'unable to prepare context: unable to find \'git\': exec: "git": executable file not found in $PATH',
    );
  }
  throw new Failure(`unable to prepare context: path ${JSON.stringify(where)} not found`);
}

async function show(cli: Cli, reply: Reply): Promise<string> {
  let id = '';
  await showProgress(cli, reply, 1, (aux) => {
    if (typeof aux === 'object' && aux !== null && 'ID' in aux) id = String(aux.ID);
  });
  return id;
}

/** Milliseconds between two sights of how much was sent. */
const INTERVAL = 100;

/** Passes pieces on and tells how many bytes they had. */
async function* counted(cli: Cli, pieces: AsyncIterable<ArrayBuffer>): AsyncGenerator<ArrayBuffer> {
  const tty = cli.sys.isatty(1);
  const line = (size: number): string =>
    `Sending build context to Docker daemon ${humanSize(size).padStart(8)}\r`;
  let size = 0;
  let last = -Infinity;
  for await (const piece of pieces) {
    yield piece;
    size += piece.byteLength;
    const now = cli.sys.monotonic();
    if (!tty || now - last < INTERVAL) continue;
    last = now;
    await cli.out(line(size));
  }
  await cli.out(`${line(size)}\r\n`);
}
