/** References of images: what is accepted is written out and read again as the same. */
import {
  canonical,
  familiar,
  parseReference,
  withDefaultTag,
} from '../../../src/engine/image/reference.ts';
import { parseReference as parseInCli } from '../../../src/engine/cli/reference.ts';
import { expected, text } from './refusals.ts';

export function fuzz(data: Uint8Array): void {
  const source = text(data);
  try {
    parseInCli(source);
  } catch (error) {
    // The command's refusals are plain errors with Docker's sentence.
    if (!(error instanceof Error) || !error.message.startsWith('invalid reference format'))
      throw error;
  }
  expected(() => {
    const reference = parseReference(source);
    const again = parseReference(familiar(reference));
    if (canonical(withDefaultTag(again)) !== canonical(withDefaultTag(reference))) {
      throw new Error(`${source} is ${familiar(reference)}, which is another image`);
    }
  });
}
