/**
 * What takes too long to run whole each time runs by thirds: `npm test` takes another one each day. PART names a
 * third (0, 1, 2); without it, or with `all`, everything runs.
 */
export const part = process.env['PART'] ?? 'all';

/** Whether the entry with this number is in the part that runs. */
export function isInPart(index: number): boolean {
  return part === 'all' || String(index % 3) === part;
}
