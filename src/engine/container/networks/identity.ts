import type { Sys } from '../../sys/sys.ts';

/**
 * The id of a container's place in a network: made of theirs, so that it need not be kept, and is
 * worked out only when somebody looks.
 */
export function endpointId(sys: Sys, container: string, network: string): string {
  const sum = sys.sha256();
  sum.update(sys.encode(`endpoint ${container} ${network}`));
  return sum.hex();
}

/** The id of a container's network namespace, by the same token. */
export function sandboxId(sys: Sys, container: string, startedAt: string): string {
  const sum = sys.sha256();
  sum.update(sys.encode(`sandbox ${container} ${startedAt}`));
  return sum.hex();
}
