import { registryAuth } from '../credentials.ts';
import { bool, text } from '../flags.ts';
import { showProgress } from '../progress.ts';
import { type NamedReference, parseRepository } from '../reference.ts';
import { Failure } from '../failure.ts';
import type { Cli, Command } from '../command.ts';

/** Downloads an image: `POST /images/create`. */
export const pull: Command = {
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  short: 'Download an image from a registry',
  aliases: ['docker image pull', 'docker pull'],
  arity: { min: 1, max: 1 },
  flags: () => [
    bool('all-tags', 'a', 'Download all tagged images in the repository'),
    text('platform', '', 'Set platform if server is multi-platform capable'),
    bool('quiet', 'q', 'Suppress verbose output'),
  ],
  async run(cli, flags, [name = '']) {
    const reference = parseRepository(name);
    const every = flags.bool('all-tags');
    const { tag, digest } = reference;
    if (every && name.includes(':', name.lastIndexOf('/') + 1)) {
      throw new Failure("tag can't be used with --all-tags/-a");
    }
    if (!every && tag === 'latest' && !/:latest$/.test(name) && !flags.bool('quiet')) {
      await cli.out('Using default tag: latest\n');
    }
    await pullImage(cli, every ? { ...reference, tag: '' } : reference, {
      platform: flags.text('platform'),
      show: flags.bool('quiet') ? null : 1,
    });
    // The reference in full, as something that can be pasted into another command.
    await cli.out(`${reference.full}${digest ? `@${digest}` : every ? '' : `:${tag}`}\n`);
    return 0;
  },
};

/** Pulls and shows the progress on descriptor `show`, or nothing when it is null. */
export async function pullImage(
  cli: Cli,
  reference: NamedReference,
  options: { readonly platform: string; readonly show: 1 | 2 | null },
): Promise<void> {
  const reply = await cli.client.request('POST', '/images/create', {
    query: {
      fromImage: reference.full,
      tag: reference.digest || reference.tag,
      platform: options.platform,
    },
    headers: registryAuth(cli, reference.full),
  });
  if (options.show !== null) return await showProgress(cli, reply, options.show);
  const silent: Cli = { ...cli, out: () => Promise.resolve() };
  await showProgress(silent, reply, 1);
}
