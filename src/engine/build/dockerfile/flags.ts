import { suggestion } from './errors.ts';

/** `text` takes a value, `switch` may, `texts` may come several times. */
export type FlagKind = 'text' | 'texts' | 'switch';

/**
 * The flags of an instruction (`--from=build`) as name → value; a switch has `true` or `false`.
 * Throws Docker's sentence for one that the instruction does not have.
 */
export function readFlags(
  given: readonly string[],
  known: Readonly<Record<string, FlagKind>> = {},
): Map<string, string> {
  const found = new Map<string, string>();
  for (const flag of given) {
    const equals = flag.indexOf('=');
    const written = equals < 0 ? flag : flag.slice(0, equals);
    const value = equals < 0 ? null : flag.slice(equals + 1);
    const name = written.slice(2);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      throw new Error(`unknown flag: ${written}${suggestion(name, Object.keys(known))}`);
    }
    if (found.has(name) && kind !== 'texts') {
      throw new Error(`duplicate flag specified: ${written}`);
    }
    if (kind === 'switch') found.set(name, readSwitch(written, value));
    else if (value === null) throw new Error(`missing a value on flag: ${written}`);
    else found.set(name, value);
  }
  return found;
}

function readSwitch(written: string, value: string | null): string {
  if (value === '') throw new Error(`missing a value on flag: ${written}`);
  const lower = (value ?? 'true').toLowerCase();
  if (lower === 'true' || lower === 'false') return lower;
  throw new Error(`expecting boolean value for flag ${written}, not: ${value ?? ''}`);
}
