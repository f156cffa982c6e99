import { forgetLogin, serverKey } from '../credentials.ts';
import type { Command } from '../command.ts';

/** Forgets the name and password that are kept for a registry. */
export const logout: Command = {
  usage: '[SERVER]',
  short: 'Log out from a registry',
  more: 'If no server is specified, the default is defined by the daemon.',
  arity: { min: 0, max: 1 },
  async run(cli, _flags, [server = '']) {
    const key = serverKey(server);
    await cli.out(`Removing login credentials for ${key}\n`);
    forgetLogin(cli, key);
    return 0;
  },
};
