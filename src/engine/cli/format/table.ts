import { columns, isPlain } from './width.ts';

/**
 * Columns that align, as Go's text/tabwriter makes them for Docker: cells end with a tab, a column
 * is as wide as its widest cell in an unbroken run of lines plus the padding, and at least
 * {@link MIN_WIDTH}; the last cell of a line belongs to no column.
 */

const MIN_WIDTH = 10;
const PADDING = 3;

/** Widths of a tabwriter other than Docker's usual one. */
export interface TableOptions {
  readonly minWidth?: number;
  readonly padding?: number;
}

/** Aligns text whose cells are ended by tabs. */
export function align(text: string, options: TableOptions = {}): string {
  const { minWidth = MIN_WIDTH, padding = PADDING } = options;
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widthOf = isPlain(text) ? (cell: string): number => cell.length : columns;
  const whole = alignWhole(lines, widthOf, minWidth, padding);
  if (whole !== null) return whole;
  const written: string[] = [];
  const widths: number[] = [];

  const write = (from: number, to: number): void => {
    for (const cells of lines.slice(from, to)) {
      written.push(
        cells
          .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
          .join(''),
      );
    }
  };
  const hasCell = (line: number, column: number): boolean =>
    column < (lines[line]?.length ?? 0) - 1;
  const block = (from: number, to: number): void => {
    const column = widths.length;
    let done = from;
    for (let line = from; line < to; line++) {
      if (!hasCell(line, column)) continue;
      write(done, line);
      done = line;
      let width = minWidth;
      for (; line < to && hasCell(line, column); line++) {
        width = Math.max(width, widthOf(lines[line]?.[column] ?? '') + padding);
      }
      widths.push(width);
      block(done, line);
      widths.pop();
      done = line;
    }
    write(done, to);
  };
  block(0, lines.length);
  return written.join('\n');
}

/**
 * The usual case, in which every line has the same cells and a column is one run from top to bottom; null for any
 * other. A list of a hundred containers takes a quarter of the time.
 */
function alignWhole(
  lines: readonly (readonly string[])[],
  widthOf: (cell: string) => number,
  minWidth: number,
  padding: number,
): string | null {
  // Behind the last line break there is nothing.
  const rows = lines.slice(0, -1);
  const cells = rows[0]?.length ?? 0;
  if (lines.at(-1)?.join() !== '' || rows.some((row) => row.length !== cells)) return null;
  const widths: number[] = [];
  for (let at = 0; at < cells - 1; at++) {
    let width = minWidth;
    for (const row of rows) width = Math.max(width, widthOf(row[at] ?? '') + padding);
    widths.push(width);
  }
  let text = '';
  for (const row of rows) {
    for (let at = 0; at < cells - 1; at++) {
      const cell = row[at] ?? '';
      // What is wider than its characters are many needs fewer spaces.
      text += cell.padEnd((widths[at] ?? 0) - widthOf(cell) + cell.length);
    }
    text += `${row[cells - 1] ?? ''}\n`;
  }
  return text;
}
