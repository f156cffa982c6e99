import { ApiError, Failure } from '../failure.ts';
import { pullImage } from '../commands/pull.ts';
import { parseReference } from '../reference.ts';
import { resolve } from './mounts.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';
import type { CreateBody } from './config.ts';

/** Creates a container, pulling its image when it is missing; resolves to its id. */
export async function createContainer(cli: Cli, flags: Flags, body: CreateBody): Promise<string> {
  const reference = parseReference(body.Image);
  const policy = flags.text('pull');
  const cidfile = flags.text('cidfile');
  const cidpath = cidfile && resolve(cli.cwd, cidfile);
  if (cidpath && cli.sys.lstat(cidpath)) {
    throw new Failure(
      `container ID file found, make sure the other container isn't running or delete ${cidfile}`,
    );
  }
  const pull = async (): Promise<void> => {
    if (!reference) return;
    await pullImage(cli, reference, {
      platform: flags.text('platform'),
      show: flags.bool('quiet') ? null : 2,
    });
  };
  if (policy === 'always') await pull();
  if (cli.sys.isatty(1)) {
    const { rows, cols } = cli.sys.winsize(1);
    body.HostConfig['ConsoleSize'] = [rows, cols];
  }
  const create = (): Promise<Created> =>
    cli.client.json<Created>('POST', '/containers/create', {
      query: { name: flags.text('name'), platform: flags.text('platform') },
      body,
    });
  let created: Created;
  try {
    created = await create();
  } catch (error) {
    const missing = error instanceof ApiError && error.code === 404;
    if (!missing || !reference || policy !== 'missing') throw error;
    if (!flags.bool('quiet')) {
      await cli.err(`Unable to find image '${reference.familiar}' locally\n`);
    }
    await pull();
    created = await create();
  }
  for (const warning of created.Warnings ?? []) await cli.err(`WARNING: ${warning}\n`);
  if (cidpath) cli.sys.writeFile(cidpath, created.Id, 0o644);
  return created.Id;
}

interface Created {
  readonly Id: string;
  readonly Warnings?: readonly string[] | null;
}

/** @throws Failure for a `--pull` that is none of the three */
export function checkPullPolicy(flags: Flags): void {
  const policy = flags.text('pull');
  if (!/^(always|missing|never|)$/.test(policy)) {
    throw new Error(
      `invalid pull option: '${policy}': must be one of "always", "missing" or "never"`,
    );
  }
}

/** What starting a container failed with, as run and start -a exit: 127, 126 or 125. */
export function startStatus(message: string): number {
  if (/executable file not found|no such file or directory/.test(message)) return 127;
  if (/permission denied|is a directory/.test(message)) return 126;
  return 125;
}
