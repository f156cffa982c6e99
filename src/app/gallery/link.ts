/** What a link to the sandbox offers: `#/sandbox?image=redis&run=docker%20run%20…`. */
export interface Offer {
  readonly image: string | null;
  /** A command line, which nobody runs but the reader. */
  readonly command: string | null;
}

const SANDBOX = '#/sandbox';
/** A name as Docker takes it: registry, path, tag or digest. */
const NAME = /^[\w.\-/:@]{1,200}$/;
const LONGEST = 500;

/** What the address offers; null when it offers nothing. A command is one line of visible characters. */
export function offerIn(hash: string): Offer | null {
  const [place, query] = hash.split('?', 2);
  if (place !== SANDBOX || query === undefined) return null;
  const asked = new URLSearchParams(query);
  const image = asked.get('image') ?? '';
  const command = (asked.get('run') ?? '').trim();
  const offer = {
    image: NAME.test(image) ? image : null,
    command:
      command !== '' && command.length <= LONGEST && !/\p{C}/u.test(command) ? command : null,
  };
  return offer.image === null && offer.command === null ? null : offer;
}

/** The link that makes this offer. */
export function linkTo(page: URL, image: string, command: string): string {
  const link = new URL(page);
  link.hash = `${SANDBOX}?image=${encodeURIComponent(image)}&run=${encodeURIComponent(command)}`;
  return link.href;
}
