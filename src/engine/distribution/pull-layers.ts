/**
 * The layers of a pull: those that are not here come side by side, each streamed through the hash straight
 * into its directory. One that the network breaks off goes on where it was.
 */
import { ImageError } from '../image/errors.ts';
import type { LayerStore } from '../image/layers.ts';
import { shortId } from '../image/reference.ts';
import type { Fd, LayerExtractor, Sys } from '../sys/sys.ts';
import { abreast } from './abreast.ts';
import type { Cancellation } from './cancellation.ts';
import type { Receiver } from './answer.ts';
import { packingOf } from './manifest.ts';
import type { Descriptor } from './manifest.ts';
import { ByteProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { digestMismatch } from './registry.ts';
import type { Repository } from './registry.ts';
import { isBroken, persistently } from './retry.ts';

/** Of the daemon's configuration: max-concurrent-downloads. */
const AT_ONCE = 3;

/** A layer, where it stands, and the digest of its archive once it is unpacked. */
export interface WantedLayer {
  readonly layer: Descriptor;
  readonly diffId: string;
  readonly chainId: string;
  /** Chain IDs under it, lowest first. */
  readonly below: readonly string[];
}

export interface LayerMeans {
  readonly sys: Sys;
  readonly layers: LayerStore;
  readonly repository: Repository;
  readonly progress: Progress;
  /** Ends all of them; the first that fails cancels it for the others. */
  readonly signal: Cancellation;
}

/** Brings the layers that are not here. Throws what ended the first that failed; none of it is left then. */
export async function pullLayers(means: LayerMeans, wanted: readonly WantedLayer[]): Promise<void> {
  const missing = wanted.filter(({ chainId }) => means.layers.find(chainId) === null);
  for (const one of wanted) {
    tell(means, one.layer, missing.includes(one) ? 'Pulling fs layer' : 'Already exists');
  }
  for (const { layer } of missing.slice(AT_ONCE)) tell(means, layer, 'Waiting');
  await abreast(
    AT_ONCE,
    missing,
    (one) => pullLayer(means, one),
    (failure) => {
      means.signal.cancel(failure);
    },
  );
}

async function pullLayer(means: LayerMeans, wanted: WantedLayer): Promise<void> {
  const { layers, signal } = means;
  await layers.exclusive(
    wanted.chainId,
    (work) => signal.race(work),
    async () => {
      // Somebody else may have brought it meanwhile.
      if (layers.find(wanted.chainId) === null) await unpack(means, wanted);
      tell(means, wanted.layer, 'Pull complete');
    },
  );
}

async function unpack(means: LayerMeans, wanted: WantedLayer): Promise<void> {
  const { layer, diffId, chainId, below } = wanted;
  const { sys, repository, signal } = means;
  const packing = packingOf(layer);
  // The files of a bare tar are never more than the tar; what is packed may be anything that there is room for.
  const most = packing === null ? layer.size : sys.statfs('/var/lib/docker').free;
  const draft = means.layers.begin(most);
  try {
    const { extractor } = draft;
    const to = receiver(means, wanted, extractor);
    const patience = { sys, signal, tell: (status: string) => tell(means, layer, status) };
    await persistently(patience, (attempt) =>
      repository.blob(layer, to, packing, attempt === 1 ? 0 : extractor.taken()),
    );
    tell(means, layer, 'Verifying Checksum');
    const { digest, size } = register(() => extractor.end());
    if (normal(digest) !== diffId) throw digestMismatch('layer', diffId, normal(digest));
    tell(means, layer, 'Download complete');
    draft.commit(chainId, below, size);
  } catch (error) {
    draft.abandon();
    throw error;
  }
}

/** Takes the bytes of a layer, and says how many there are. */
function receiver(
  { sys, progress, signal }: LayerMeans,
  { layer }: WantedLayer,
  extractor: LayerExtractor,
): Receiver {
  const bytes = new ByteProgress(
    () => sys.monotonic(),
    progress,
    shortId(layer.digest),
    // Of a packed layer nobody says beforehand how much comes out.
    packingOf(layer) === null ? layer.size : null,
  );
  return {
    write: (data: ArrayBuffer): void => {
      signal.check();
      register(() => extractor.write(data));
      bytes.add(data.byteLength);
    },
    receive: async (fd: Fd, max: number): Promise<number> => {
      signal.check();
      const count = await extractor.receive(fd, max).catch(unregistered);
      if (count > 0) bytes.add(count);
      return count;
    },
  };
}

function tell({ progress }: LayerMeans, layer: Descriptor, status: string): void {
  progress({ status, progressDetail: {}, id: shortId(layer.digest) });
}

/** Docker's words for a layer that cannot be unpacked: a full disk, a bad entry. */
function register<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return unregistered(error);
  }
}

/** The same for what {@link register} cannot wait for; a connection that broke is not the layer's fault. */
function unregistered(error: unknown): never {
  if (isBroken(error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new ImageError(500, `failed to register layer: ${reason}`);
}

function normal(digest: string): string {
  return digest.startsWith('sha256:') ? digest : `sha256:${digest}`;
}
