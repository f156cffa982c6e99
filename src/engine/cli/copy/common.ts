import { ApiError } from '../failure.ts';
import { resource } from '../each.ts';
import type { Side } from './paths.ts';
import type { Cli } from '../command.ts';

/** The flags of a copy. */
export interface Copy {
  readonly followLink: boolean;
  readonly archive: boolean;
  readonly quiet: boolean;
  /** The archive of a container. */
  url(container: string): string;
}

export const archiveUrl = (container: string): string =>
  `${resource('containers', container)}/archive`;

/** What the daemon tells about a container's path; `mode` is Go's os.FileMode. */
export interface ContainerPathStat {
  readonly mode: number;
  readonly linkTarget: string;
}

/** `HEAD /containers/…/archive`; the error instead of the stat when there is nothing. */
export async function pathStat(
  cli: Cli,
  { container, path }: Side,
): Promise<{ readonly stat?: ContainerPathStat; readonly error?: ApiError }> {
  try {
    const reply = await cli.client.head(archiveUrl(container), { path });
    const header = reply.header('x-docker-container-path-stat');
    // The Engine API is the contract of both sides.
    const stat = JSON.parse(cli.sys.decode(cli.sys.fromBase64(header))) as ContainerPathStat;
    return { stat };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}
