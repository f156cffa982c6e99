import { resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import { type NamedReference, parseReference } from '../reference.ts';
import type { Command } from '../command.ts';

/** Gives an image another name: `POST /images/…/tag`. */
export const tag: Command = {
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  aliases: ['docker image tag', 'docker tag'],
  arity: { min: 2, max: 2 },
  async run(cli, _flags, [source = '', target = '']) {
    parseReference(source);
    let name: NamedReference | null;
    try {
      name = parseReference(target);
    } catch (error) {
      throw notAName(target, sentence(error));
    }
    if (!name) throw notAName(target, "an image's id cannot be another's name");
    if (name.digest) throw new Failure('refusing to create a tag with a digest reference');
    await cli.client.send('POST', `${resource('images', source)}/tag`, {
      query: { repo: name.full, tag: name.tag },
    });
    return 0;
  },
};

function notAName(target: string, reason: string): Failure {
  const quoted = JSON.stringify(target);
  return new Failure(`Error parsing reference: ${quoted} is not a valid repository/tag: ${reason}`);
}
