import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from './errors.ts';

const ALGORITHMS = { sha256, sha512 } as const;

/** A hash that takes bytes as they come, by the algorithm that a digest names. */
function hasherOf(digest: string): { update(bytes: Uint8Array): unknown; digest(): Uint8Array } {
  const name = digest.slice(0, digest.indexOf(':'));
  if (name !== 'sha256' && name !== 'sha512') {
    throw new RegistryError('DIGEST_INVALID', `unsupported digest algorithm ${name}`, { digest });
  }
  return ALGORITHMS[name].create();
}

/** The SHA-256 digest of bytes, as descriptors write it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/**
 * A stream that lets bytes through while it counts and hashes them, and breaks at its end when they
 * are not what `digest` names, so that whoever stores all or nothing stores nothing.
 */
export function verifying(digest: string): {
  readonly stream: TransformStream<Uint8Array, Uint8Array>;
  /** Bytes that went through so far. */
  size(): number;
} {
  const hasher = hasherOf(digest);
  let size = 0;
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      hasher.update(piece);
      size += piece.byteLength;
      controller.enqueue(piece);
    },
    flush(controller) {
      const actual = `${digest.slice(0, digest.indexOf(':'))}:${bytesToHex(hasher.digest())}`;
      if (actual === digest) return;
      controller.error(
        new RegistryError('DIGEST_INVALID', 'provided digest did not match uploaded content', {
          digest,
          actual,
        }),
      );
    },
  });
  return { stream, size: () => size };
}
