import { z } from 'zod';
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
  /** One artifact, not compressed any more (but `state` and `initrd` are zstd inside). */
  read(name: AssetName, options?: ReadOptions): Promise<ArrayBuffer>;
}

/** `machine.json`, written by guest/snapshot.ts. */
export const manifestSchema = z.strictObject({
  /** File name of the snapshot, beside this file. */
  state: z.string().regex(/^[0-9a-f]{16}\.state\.zst$/),
  /** Size of that file. */
  bytes: z.number().int().positive(),
  /** Hash over everything that went into it, hexadecimal: the name of the state, the cache key of the machine. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Memory of the guest in MiB. */
  memory: z.number().int().min(64).max(2048),
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

/** File names, relative to the folder that holds machine.json. */
export const FILES: Readonly<Record<Exclude<AssetName, 'state'>, string>> = {
  wasm: 'v86.wasm.gz',
  kernel: 'bzImage',
  initrd: 'initrd',
  bios: 'seabios.bin',
  vgaBios: 'vgabios.bin',
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
