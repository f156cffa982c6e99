/**
 * The file that takes progress, and a machine if one wants, to another browser:
 *
 *     SHIP-IN-A-BOTTLE-SESSION 1\n
 *     {"made": …, "progress": …, "machine": …}\n      one line of JSON, the header below
 *     devices, pages, contents                         where there is a machine: their bytes, as long as the header says
 *
 * Devices and contents are gzip, pages are 32-bit numbers, little-endian (src/machine/session/portable.ts). A file is
 * from anybody: it is looked through here as far as it is text, and by the session as far as it is a machine.
 */
import * as z from 'zod/mini';
import { progressSchema } from '../../course/index.ts';
import type { Portable } from '../../machine/session/portable.ts';
import type { StateNote } from '../../machine/session/store.ts';

const FIRST_LINE = 'SHIP-IN-A-BOTTLE-SESSION 1\n';
/** Bounds of a file and of its header, in bytes. */
const MOST = 256 * 1024 * 1024;
const MOST_HEADER = 4 * 1024 * 1024;

const size = z.int().check(z.minimum(0), z.maximum(MOST));
const port = z.int().check(z.minimum(0), z.maximum(65_535));
const text = (most: number): z.ZodMiniString => z.string().check(z.maxLength(most));
const id = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/));

const noteSchema = z.object({
  at: z.int().check(z.minimum(0)),
  shown: z
    .array(
      z.object({
        text: text(1_000_000),
        columns: z.int().check(z.minimum(1), z.maximum(1000)),
        rows: z.int().check(z.minimum(1), z.maximum(1000)),
      }),
    )
    .check(z.maxLength(4)),
  connections: z
    .array(
      z.object({
        localPort: port,
        remotePort: port,
        sequence: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
      }),
    )
    .check(z.maxLength(1000)),
  /** Looked through again by whoever uses it. */
  page: z.unknown(),
});

const headerSchema = z.object({
  /** When it was written, in ms since 1970. */
  made: z.int().check(z.minimum(0)),
  /** By lesson. */
  progress: z.record(id, progressSchema),
  machine: z.nullable(
    z.object({
      build: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      note: noteSchema,
      /** Sizes of the three parts that follow, in bytes. */
      devices: size,
      pages: size,
      contents: size,
    }),
  ),
});

export interface SessionFile {
  readonly made: number;
  readonly progress: z.infer<typeof headerSchema>['progress'];
  readonly machine: { readonly portable: Portable; readonly note: StateNote } | null;
}

/** Writes the file. */
export function writeSessionFile(
  made: number,
  progress: SessionFile['progress'],
  portable: Portable | null,
): Blob {
  const header = {
    made,
    progress,
    machine: portable && {
      build: portable.build,
      note: portable.note,
      devices: portable.devices.byteLength,
      pages: portable.pages.byteLength,
      contents: portable.contents.byteLength,
    },
  };
  const parts = portable ? [portable.devices, portable.pages, portable.contents] : [];
  return new Blob([FIRST_LINE, JSON.stringify(header), '\n', ...parts]);
}

/** Reads a file. Rejects with an error whose message says what is wrong with it. */
export async function readSessionFile(file: Blob): Promise<SessionFile> {
  if (file.size > MOST) throw new Error(`it is larger than ${String(MOST)} bytes`);
  const begin = new TextEncoder().encode(FIRST_LINE).length;
  if ((await file.slice(0, begin).text()) !== FIRST_LINE)
    throw new Error('it does not begin as one');
  const top = new Uint8Array(await file.slice(begin, begin + MOST_HEADER).arrayBuffer());
  const end = top.indexOf(10);
  if (end < 0) throw new Error('its header does not end');
  const header = headerOf(new TextDecoder().decode(top.subarray(0, end)));
  const { machine, made, progress } = header;
  let at = begin + end + 1;
  const next = (length: number): Promise<ArrayBuffer> =>
    file.slice(at, (at += length)).arrayBuffer();
  const parts = machine
    ? [await next(machine.devices), await next(machine.pages), await next(machine.contents)]
    : [];
  if (at !== file.size) throw new Error('it is longer or shorter than its header says');
  const [devices, pages, contents] = parts;
  if (!machine || !devices || !pages || !contents) return { made, progress, machine: null };
  if (pages.byteLength % 4 !== 0) throw new Error('its list of pages is cut off');
  const { build, note } = machine;
  const portable = { build, note, devices, pages: new Uint32Array(pages), contents };
  return { made, progress, machine: { portable, note } };
}

function headerOf(line: string): z.infer<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error('its header is no JSON');
  }
  const { success, data, error } = headerSchema.safeParse(value);
  if (success) return data;
  const first = error.issues[0];
  throw new Error(`${first?.path.join('.') ?? ''}: ${first?.message ?? 'it does not fit'}`);
}
