import { registryAuth } from '../credentials.ts';
import { resource } from '../each.ts';
import { Failure } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { showProgress } from '../progress.ts';
import { parseRepository, splitReference } from '../reference.ts';
import type { Cli, Command } from '../command.ts';

/** Gives a registry an image: `POST /images/…/push`. */
export const push: Command = {
  usage: '[OPTIONS] NAME[:TAG]',
  short: 'Upload an image to a registry',
  aliases: ['docker image push', 'docker push'],
  arity: { min: 1, max: 1 },
  flags: () => [
    bool('all-tags', 'a', 'Push all tags of an image to the repository'),
    bool('disable-content-trust', '', 'Skip image signing', true),
    text(
      'platform',
      '',
      "Push a platform-specific manifest as a single-platform image to the registry. Image index won't be pushed, meaning that other manifests, including attestations won't be preserved. 'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
    bool('quiet', 'q', 'Suppress verbose output'),
  ],
  async run(cli, flags, [name = '']) {
    const reference = parseRepository(name);
    const every = flags.bool('all-tags');
    const { tag: said } = splitReference(name);
    if (every && said !== '') throw new Failure("tag can't be used with --all-tags/-a");
    if (reference.digest) throw new Failure('cannot push a digest reference');
    const quiet = flags.bool('quiet');
    if (!every && said === '' && !quiet) await cli.out('Using default tag: latest\n');
    const reply = await cli.client.request('POST', `${resource('images', reference.full)}/push`, {
      query: { tag: every ? '' : reference.tag, platform: flags.text('platform') },
      headers: registryAuth(cli, reference.full),
    });
    const silent: Cli = { ...cli, out: () => Promise.resolve() };
    await showProgress(quiet ? silent : cli, reply, 1);
    if (quiet) await cli.out(`${reference.full}${every ? '' : `:${reference.tag}`}\n`);
    return 0;
  },
};
