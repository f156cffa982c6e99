/**
 * What an embedding page and the frame say to each other by postMessage; docs/embedding.md is this for readers.
 *
 * Every message is an object with `protocol`, `version`, `type` and the fields of its type. Both ends read what arrives
 * through `readMessage`, with the same tables: what is not in them, or not of their shape, is as if it had never come.
 * A new field or type keeps the version; a field that changes its meaning makes another.
 *
 * Each end makes sure whom it hears: the element only the window of its own frame, of the site's origin; the frame only
 * its parent, of the origin that greeted it first (`host.ts`).
 */
export const PROTOCOL = 'ship-in-a-bottle';
export const VERSION = 1;

/** The longest text that is taken: more than any command, and no weight. */
const LONGEST = 10_000;

interface Kinds {
  readonly text: string;
  /** Null where there is none. */
  readonly 'text?': string | null;
  /** A whole number, from 0. */
  readonly count: number;
}
type Fields = Readonly<Record<string, keyof Kinds>>;
type Table = Readonly<Record<string, Fields>>;

/** Out of the frame. */
export const events = {
  /** The frame listens; says nothing else, and to whoever is around. The element answers with `greet`. */
  hello: {},
  /** The machine waits for a command; again after each reset. */
  ready: { lesson: 'text?', steps: 'count', passed: 'count' },
  /** `step` is its id, `number` its place from 1, `passed` how many of the lesson's steps are done. */
  'step-passed': {
    lesson: 'text',
    step: 'text',
    number: 'count',
    steps: 'count',
    passed: 'count',
  },
  'lesson-passed': { lesson: 'text', steps: 'count' },
  /** `code` for programs, `message` for people (English). */
  error: { code: 'text', message: 'text' },
  /** The height in px that suits what is shown at the frame's width. */
  resize: { height: 'count' },
} as const satisfies Table;

/** Into the frame. */
export const commands = {
  /** The first one: from now on the frame answers this page, and none other. */
  greet: {},
  /** As a click on the poster's button. */
  start: {},
  /** A fresh machine, and the lesson from its beginning. */
  reset: {},
  /** Types into the terminal and enters it. Only after the start, else an `error` of code `not-started`. */
  run: { command: 'text' },
  /** The page's language (`en`, `ko`) or colours (`light`, `dark`, `auto`) have changed. */
  look: { lang: 'text?', theme: 'text?' },
} as const satisfies Table;

/** A message of a table, without its envelope. */
export type MessageOf<T extends Table> = {
  [Type in keyof T & string]: { readonly type: Type } & {
    readonly [Name in keyof T[Type]]: Kinds[T[Type][Name]];
  };
}[keyof T & string];

export type EmbedEvent = MessageOf<typeof events>;
export type EmbedCommand = MessageOf<typeof commands>;

/** Puts a message into its envelope. */
export function sealed(message: EmbedEvent | EmbedCommand): object {
  return { protocol: PROTOCOL, version: VERSION, ...message };
}

const fits: { readonly [Kind in keyof Kinds]: (value: unknown) => boolean } = {
  text: (value) => typeof value === 'string' && value.length <= LONGEST,
  'text?': (value) => value === null || fits.text(value),
  count: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

/** The message in `data`, with the fields of its type and no others; null when it is none of `table`. */
export function readMessage<T extends Table>(data: unknown, table: T): MessageOf<T> | null {
  if (typeof data !== 'object' || data === null) return null;
  const given = new Map<string, unknown>(Object.entries(data));
  const type = given.get('type');
  if (given.get('protocol') !== PROTOCOL || given.get('version') !== VERSION) return null;
  if (typeof type !== 'string' || !Object.hasOwn(table, type)) return null;
  const fields = Object.entries(table[type] ?? {});
  if (!fields.every(([name, kind]) => fits[kind](given.get(name)))) return null;
  const message = { type, ...Object.fromEntries(fields.map(([name]) => [name, given.get(name)])) };
  // Each field has just been seen to be of its kind, which the compiler cannot follow through the table.
  return message as MessageOf<T>;
}

/** Whether `data` is meant for us but is of another version of this protocol. */
export function isOtherVersion(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'protocol' in data &&
    data.protocol === PROTOCOL &&
    'version' in data &&
    data.version !== VERSION
  );
}
