/**
 * What takes too long to run whole each time runs by thirds, another one each day. PART names a third (0, 1, 2), or
 * is `all`.
 */
export const part = process.env['PART'] ?? String(Math.floor(Date.now() / 86_400_000) % 3);

/** Whether the entry with this number is in the part that runs. */
export function isInPart(index: number): boolean {
  return part === 'all' || String(index % 3) === part;
}
