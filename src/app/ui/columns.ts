import { lessonWidths } from '../state/settings.svelte.ts';

/**
 * The lesson's width beside the terminal, and the most that it may have, in px. Until the reader chose a width, the
 * terminal is the larger of the two.
 *
 * @param chosen What the reader chose, `lessonWidths.usual` for nothing yet.
 */
export function lessonColumn(
  window: number,
  chosen: number,
  least: number,
): { readonly width: number; readonly most: number } {
  const most = Math.max(least, Math.min(lessonWidths.most, Math.round(window * 0.6)));
  const usual = Math.min(lessonWidths.usual, Math.round(window * 0.44));
  const width = chosen === lessonWidths.usual ? usual : Math.min(chosen, most);
  return { width: Math.max(least, width), most };
}
