/** What users type: `--mount`, `-v`, sizes and durations. A refusal is an Error with a sentence. */
import { parseMount } from '../../../src/engine/cli/create/mounts.ts';
import { parseBytes } from '../../../src/engine/cli/format/units.ts';
import { parseDuration } from '../../../src/engine/duration.ts';
import { text } from './refusals.ts';

export function fuzz(data: Uint8Array): void {
  const source = text(data);
  for (const parse of [(spec: string) => parseMount(spec, '/'), parseBytes, parseDuration]) {
    try {
      parse(source);
    } catch (error) {
      // A TypeError or a RangeError is a mistake of ours; a refusal is neither.
      if (!(error instanceof Error) || error.constructor !== Error) throw error;
    }
  }
}
