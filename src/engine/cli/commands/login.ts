import { ask, askSecret, inputText } from '../ask.ts';
import { HUB, configPath, keepLogin, loginOf, serverKey } from '../credentials.ts';
import { ApiError, Failure } from '../failure.ts';
import { bool, text } from '../flags.ts';
import type { Cli, Command } from '../command.ts';
import type { Flags } from '../flags.ts';
import type { Login } from '../credentials.ts';

/** Checks a name and a password with a registry and keeps them: `POST /auth`. */
export const login: Command = {
  usage: '[OPTIONS] [SERVER]',
  short: 'Authenticate to a registry',
  more: 'Defaults to Docker Hub if no server is specified.',
  arity: { min: 0, max: 1 },
  flags: () => [
    text('password', 'p', 'Password or Personal Access Token (PAT)'),
    bool('password-stdin', '', 'Take the Password or Personal Access Token (PAT) from stdin'),
    text('username', 'u', 'Username'),
  ],
  async run(cli, flags, [server = '']) {
    const key = serverKey(server);
    const given = await givenLogin(cli, flags);
    const kept = given.username === '' && given.password === '' ? loginOf(cli, key) : null;
    if (kept !== null && (await withKept(cli, key, kept))) return 0;
    const entered = await completed(cli, key, given);
    await check(cli, key, entered);
    keepLogin(cli, key, entered);
    await cli.err(
      `\nWARNING! Your credentials are stored unencrypted in '${configPath(cli)}'.\n` +
        'Configure a credential helper to remove this warning. See\n' +
        'https://docs.docker.com/go/credential-store/\n\n',
    );
    await cli.out('Login Succeeded\n');
    return 0;
  },
};

/** What the flags say; blanks for the rest. */
async function givenLogin(cli: Cli, flags: Flags): Promise<Login> {
  const username = flags.text('username');
  const password = flags.text('password');
  if ([...flags.given()].includes('password')) {
    await cli.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
    if (flags.bool('password-stdin')) {
      throw new Failure('conflicting options: cannot specify both --password and --password-stdin');
    }
  }
  if (!flags.bool('password-stdin')) return { username, password };
  if (username === '') {
    throw new Failure('the --password-stdin option requires --username to be set');
  }
  return { username, password: await inputText(cli) };
}

/** Tries the login that is kept; false when the registry no longer takes it. */
async function withKept(cli: Cli, key: string, kept: Login): Promise<boolean> {
  await cli.err(`Authenticating with existing credentials... [Username: ${kept.username}]\n`);
  try {
    await check(cli, key, kept);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    await cli.err('Stored credentials invalid or expired\n');
    return false;
  }
  await cli.err(
    "\n Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n\n\n",
  );
  await cli.out('Login Succeeded\n');
  return true;
}

/** Asks for what the flags did not say. */
async function completed(cli: Cli, key: string, { username, password }: Login): Promise<Login> {
  const asks = username === '' || password === '';
  if (asks && !cli.sys.isatty(0)) {
    throw new Failure('Error: Cannot perform an interactive login from a non TTY device');
  }
  if (username === '' && key === HUB) {
    await cli.out(
      "Docker Hub here is the sandbox's own registry: it makes users on the spot. The first\n" +
        'login with a name sets its password; do not type one that you use elsewhere.\n\n',
    );
  }
  const name = username === '' ? await ask(cli, 'Username: ') : username;
  if (name === '') throw new Failure('Error: Non-null Username Required');
  const secret = password === '' ? await askSecret(cli, 'Password: ') : password;
  if (secret === '') throw new Failure('Error: Password Required');
  return { username: name, password: secret };
}

async function check(cli: Cli, key: string, entered: Login): Promise<void> {
  await cli.client.send('POST', '/auth', { body: { ...entered, serveraddress: key } });
}
