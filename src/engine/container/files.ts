import type { Identity } from '../rootfs/users.ts';
import { identify, UnknownUserError } from '../rootfs/users.ts';
import { upperPath } from '../rootfs/overlay.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { readSmall } from './accounts.ts';
import { libDirectory, type Container } from './container.ts';

/** Writes the `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf` that are bound into a container. */
export function writeOwnFiles(sys: Sys, container: Container): void {
  const { id, config, host, endpoint } = container;
  const directory = libDirectory(id);
  const domain = config.Domainname === '' ? '' : `${config.Hostname}.${config.Domainname} `;
  const extra = (host.ExtraHosts ?? []).map((entry) => {
    const colon = entry.indexOf(':');
    const address = entry.slice(colon + 1).replace('host-gateway', endpoint?.gateway ?? '');
    return `${address}\t${entry.slice(0, colon)}\n`;
  });
  const own = endpoint ? [`${endpoint.address}\t${domain}${config.Hostname}\n`] : [];
  const hosts = ['127.0.0.1\tlocalhost\n', ...extra, ...own].join('');
  const dns = host.Dns ?? [];
  const resolv =
    dns.length > 0
      ? dns.map((server) => `nameserver ${server}\n`).join('')
      : sys.readText('/etc/resolv.conf');
  sys.writeFile(`${directory}/hostname`, `${config.Hostname}\n`, 0o644);
  sys.writeFile(`${directory}/hosts`, hosts, 0o644);
  sys.writeFile(`${directory}/resolv.conf`, resolv, 0o644);
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
