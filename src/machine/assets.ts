import * as z from 'zod/mini';
import { MachineError } from './errors.ts';

/** What a machine is made of. `state` is the snapshot; the four after it are for a cold boot. */
export type AssetName = 'wasm' | 'state' | 'kernel' | 'initrd' | 'bios' | 'vgaBios';

export interface ReadOptions {
  /** Called with bytes as they travel: compressed ones where the transport compresses. */
  readonly onProgress?: (loaded: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Where the artifacts come from: a web server, or the project's folder. */
export interface Assets {
  /** The description of the snapshot. */
  manifest(options?: ReadOptions): Promise<Manifest>;
  /** One artifact, not compressed any more, except `state`: that is zstd, which the emulator unpacks. */
  read(name: AssetName, options?: ReadOptions): Promise<ArrayBuffer>;
}

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

/** File names, relative to the folder that holds machine.json, as the built site has them. */
export const FILES: Readonly<Record<Exclude<AssetName, 'state'>, string>> = {
  wasm: 'v86.wasm.gz',
  kernel: '../kernels/bzImage',
  initrd: 'initrd.gz',
  bios: '../kernels/seabios.bin',
  vgaBios: '../kernels/vgabios.bin',
};

/** Unpacks gzip with what browsers and Node have built in. */
export async function gunzip(bytes: ArrayBuffer, what: string): Promise<ArrayBuffer> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream).arrayBuffer();
  } catch (error) {
    throw new MachineError(
      'asset-damaged',
      `${what} (${bytes.byteLength} bytes) could not be decompressed: the file is damaged or was cut off. Load it again.`,
      { cause: error },
    );
  }
}
