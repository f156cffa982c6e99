import { Failure, sentence } from '../failure.ts';
import { Template } from './template/index.ts';

/** Status of a `--format` that is no template, as Docker has it (EX_USAGE of sysexits). */
const BAD_TEMPLATE = 64;

/**
 * The template of a `--format` for one object; null for '' and `json`, which need none.
 * @param name what the template's own messages call it
 * @param complaint what stands before them
 * @throws Failure with the template's mistake, before anything is asked of the daemon
 */
export function objectTemplate(
  format: string,
  name = '',
  complaint = 'template parsing error',
): Template | null {
  if (format === '' || format === 'json') return null;
  try {
    return new Template(format.replaceAll('\\t', '\t').replaceAll('\\n', '\n'), name);
  } catch (error) {
    throw new Failure(`${complaint}: ${sentence(error)}`, BAD_TEMPLATE);
  }
}
