import type { Identity } from '../rootfs/users.ts';
import { identify, UnknownUserError } from '../rootfs/users.ts';
import { upperPath } from '../rootfs/overlay.ts';
import { EngineError } from '../errors.ts';
import { sharedWith } from '../namespaces/namespaces.ts';
import type { Sys } from '../sys/sys.ts';
import { readSmall } from './accounts.ts';
import { libDirectory, type Container } from './container.ts';
import type { Context } from './context.ts';
import { hostsFile, resolvFile } from './networks/files.ts';

/** Writes the `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf` that are bound into a container. */
export function writeOwnFiles(context: Context, container: Container): void {
  const { sys } = context;
  const { id, config, host } = container;
  // They are the other's when it shares another's network.
  if (sharedWith(host.NetworkMode) !== null) return;
  const directory = libDirectory(id);
  sys.writeFile(`${directory}/hostname`, `${config.Hostname}\n`, 0o644);
  sys.writeFile(`${directory}/hosts`, hostsFile(context, container), 0o644);
  sys.writeFile(`${directory}/resolv.conf`, resolvFile(context, container), 0o644);
}

/**
 * Who the process is to be.
 * @throws EngineError 400 when the image knows no such user or group.
 */
export function identityOf(sys: Sys, container: Container, user: string): Identity {
  const upper = upperPath(container.overlay);
  // A container that has touched its `/etc` may have accounts of its own.
  const own = sys.lstat(`${upper}/etc`);
  const key = [container.imageId, user, ...(container.host.GroupAdd ?? [])].join('\0');
  const known = own ? undefined : ofImages.get(key);
  if (known) return known;
  const identity = resolveIdentity(sys, container, user);
  if (!own) ofImages.set(key, identity);
  return identity;
}

/** Who users of images are while a container has no accounts of its own: images never change. */
const ofImages = new Map<string, Identity>();

function resolveIdentity(sys: Sys, container: Container, user: string): Identity {
  try {
    return identify(
      user,
      container.host.GroupAdd ?? [],
      readSmall(sys, container, '/etc/passwd'),
      readSmall(sys, container, '/etc/group'),
    );
  } catch (error) {
    if (error instanceof UnknownUserError) throw new EngineError(400, error.message);
    throw error;
  }
}
