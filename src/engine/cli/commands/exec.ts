import { environment, withFiles } from '../create/files.ts';
import { checkEnv } from '../create/flags.ts';
import { startStatus } from '../create/container.ts';
import { resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import { bool, list, text } from '../flags.ts';
import { relay } from '../stream.ts';
import { type Undo, detachKeys, followSize } from '../terminal.ts';
import type { Command } from '../command.ts';

/** Runs another command in a running container: `POST /containers/…/exec`, `/exec/…/start`. */
export const exec: Command = {
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  short: 'Execute a command in a running container',
  aliases: ['docker container exec', 'docker exec'],
  arity: { min: 2 },
  interspersed: false,
  flags: () => [
    bool('detach', 'd', 'Detached mode: run command in the background'),
    text('detach-keys', '', 'Override the key sequence for detaching a container'),
    list('env', 'e', 'Set environment variables', { check: checkEnv }),
    list('env-file', '', 'Read in a file of environment variables'),
    bool('interactive', 'i', 'Keep STDIN open even if not attached'),
    bool('privileged', '', 'Give extended privileges to the command'),
    bool('tty', 't', 'Allocate a pseudo-TTY'),
    text('user', 'u', 'Username or UID (format: "<name|uid>[:<group|gid>]")'),
    text('workdir', 'w', 'Working directory inside the container'),
  ],
  async run(cli, flags, [container = '', ...command]) {
    const keys = detachKeys(flags.text('detach-keys'));
    const detach = flags.bool('detach');
    const tty = flags.bool('tty');
    const stdin = flags.bool('interactive') && !detach;
    if (stdin && tty && !cli.sys.isatty(0)) throw new Failure('the input device is not a TTY');
    const env = environment(cli, withFiles(cli, flags.list('env-file'), flags.list('env')));
    const { rows, cols } = cli.sys.isatty(1) ? cli.sys.winsize(1) : { rows: 0, cols: 0 };
    const size = rows > 0 && tty ? { ConsoleSize: [rows, cols] } : {};
    const { Id: id } = await cli.client.json<{ Id: string }>(
      'POST',
      `${resource('containers', container)}/exec`,
      {
        body: {
          User: flags.text('user'),
          Privileged: flags.bool('privileged'),
          Tty: tty,
          Detach: detach,
          AttachStdin: stdin,
          AttachStdout: !detach,
          AttachStderr: !detach,
          DetachKeys: flags.text('detach-keys'),
          WorkingDir: flags.text('workdir'),
          Env: env,
          Cmd: command,
          ...size,
        },
      },
    );
    const undo: Undo[] = [];
    try {
      if (detach) {
        await cli.client.send('POST', `/exec/${id}/start`, { body: { Detach: true, Tty: tty } });
        return 0;
      }
      const stream = await cli.client.hijack(`/exec/${id}/start`, {
        body: { Detach: false, Tty: tty, ...size },
      });
      if (tty) undo.push(followSize(cli, `/exec/${id}`));
      const end = await relay(cli, stream, { tty, stdin, detachKeys: keys });
      if (end === 'detached') throw new Failure('read escape sequence');
    } catch (error) {
      const status = startStatus(sentence(error));
      if (!(error instanceof Failure) || status === 125) throw error;
      throw new Failure(error.message, status);
    } finally {
      for (const each of undo) each();
    }
    const { ExitCode } = await cli.client.json<{ ExitCode: number | null }>(
      'GET',
      `/exec/${id}/json`,
    );
    return ExitCode ?? 0;
  },
};
