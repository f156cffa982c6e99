import { Failure, sentence } from '../failure.ts';
import { text } from '../flags.ts';
import { align } from './table.ts';
import { Template, TemplateError } from './template/index.ts';
import { type Encoded, json } from './template/values.ts';

/** A column that `--format` can name: its heading, and its text for one item. */
interface Column<T> {
  readonly heading: string;
  /** A function for fields that take an argument (`.Label "a"`); null prints `<nil>`. */
  value(item: T): string | null | ((argument: unknown) => string);
}

export type Columns<T> = Readonly<Record<string, Column<T>>>;

/** What a command that lists things can be asked to print. */
export interface Listing<T> {
  readonly columns: Columns<T>;
  /** Names of the columns of the usual table. */
  readonly table: readonly string[];
  /** Go's name of the type, for error messages. */
  readonly type: string;
}

/** `--format`, with the text that all of Docker's commands have for it. */
export const formatFlag = (table = true, short = ''): ReturnType<typeof text> =>
  text(
    'format',
    short,
    'Format output using a custom template:\n' +
      (table
        ? "'table':            Print output in table format with column headers (default)\n" +
          "'table TEMPLATE':   Print output in table format using the given Go template\n"
        : '') +
      "'json':             Print in JSON format\n" +
      "'TEMPLATE':         Print output using the given Go template.\n" +
      'Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates',
  );

/**
 * The items as the format says: '' or `table` for the usual table, `table TEMPLATE`, `json`, or a
 * template for each item.
 * @throws Failure with the template's mistake
 */
export function formatList<T>(listing: Listing<T>, items: readonly T[], format: string): string {
  if (format === '' || format === 'table') return usual(listing, items);
  if (format === 'json') return items.map((item) => `${whole(listing, item)}\n`).join('');
  const table = format.startsWith('table ');
  const source = (table ? format.slice('table '.length) : format)
    .trim()
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const lookup = (value: unknown, name: string): unknown => {
    if (!(value instanceof Row)) throw new TemplateError(`can't evaluate field ${name}`);
    return value.field(name);
  };
  try {
    const template = parse(source);
    const rows = items.map((item) => {
      const row = new Row(
        listing,
        (column) => column.value(item),
        () => whole(listing, item),
      );
      return `${template.execute(row, lookup)}\n`;
    });
    if (!table) return rows.join('');
    const headings = new Row(listing, heading, () => '');
    const head = new Template(source, '', true).execute(headings, lookup);
    return align(`${head}\n${rows.join('')}`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`failed to execute template: ${sentence(error)}`);
  }
}

/** Fails on a `--format` that is no template, before anything is asked of the daemon. */
export function checkFormat(format: string): void {
  if (format !== '' && format !== 'table' && format !== 'json') {
    parse(format.replace(/^table /, ''));
  }
}

function parse(source: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    throw new Failure(`failed to parse template: ${sentence(error)}`);
  }
}

/** The table that needs no template, which is nearly always. */
function usual<T>({ columns, table }: Listing<T>, items: readonly T[]): string {
  const shown = table.map((name) => columns[name]).filter((column) => column !== undefined);
  let text = `${shown.map((column) => column.heading).join('\t')}\n`;
  for (const item of items) {
    text += `${shown.map((column) => String(column.value(item))).join('\t')}\n`;
  }
  return align(text);
}

/** A heading stands for the column; asked with an argument (`.Label "a"`) it is the argument. */
function heading(column: { readonly heading: string }): string | ((argument: unknown) => string) {
  return column.heading === '' ? (argument): string => String(argument) : column.heading;
}

/** Dot of a template that prints one item. */
class Row<T> implements Encoded {
  readonly #listing: Listing<T>;
  readonly #value: (column: Column<T>) => unknown;
  readonly #whole: () => string;

  constructor(listing: Listing<T>, value: (column: Column<T>) => unknown, all: () => string) {
    this.#listing = listing;
    this.#value = value;
    this.#whole = all;
  }

  field(name: string): unknown {
    const column = this.#listing.columns[name];
    if (!column)
      throw new TemplateError(`can't evaluate field ${name} in type ${this.#listing.type}`);
    return this.#value(column);
  }

  /** For `{{json .}}`. */
  encoded(): string {
    return this.#whole();
  }
}

/** All columns of an item as one JSON object, by name. */
function whole<T>({ columns }: Listing<T>, item: T): string {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(columns).toSorted()) {
    const value = columns[name]?.value(item);
    if (typeof value !== 'function') fields[name] = value;
  }
  return json(fields, true);
}
