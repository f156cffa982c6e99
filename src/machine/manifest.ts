import * as z from 'zod/mini';
import { MachineError } from './errors.ts';

/** `machine.json`, written by guest/snapshot.ts. */
const manifestSchema = z.strictObject({
  /** File name of the snapshot, beside this file. */
  state: z.string().check(z.regex(/^[0-9a-f]{16}\.state\.zst$/)),
  /** Size of that file. */
  bytes: z.int().check(z.positive()),
  /** SHA-256 of that file, hexadecimal. */
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Hash over everything that went into it, hexadecimal: what is stale has another one. */
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Memory of the guest in MiB. */
  memory: z.int().check(z.minimum(64), z.maximum(2048)),
  /** zstd's compression level. */
  level: z.int().check(z.minimum(1), z.maximum(22)),
  /** What each console had printed by then: a terminal attached later shows it first. */
  shown: z.array(z.string().check(z.maxLength(65_536))).check(z.length(4)),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Checks `machine.json`. Throws `asset-damaged`. */
export function parseManifest(text: string, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new MachineError(
    'asset-damaged',
    `${where} is not a description of a machine (${first ? `${first.path.join('.') || 'file'}: ${first.message}` : 'unknown reason'}). Make it again with npm run snapshot.`,
  );
}
