import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';

const DAEMON_JSON = '/etc/docker/daemon.json';

/** `registry-mirrors` of the daemon's configuration, read anew for each pull. */
export function mirrors(sys: Sys): string[] {
  if (!sys.stat(DAEMON_JSON)) return [];
  let document: unknown;
  try {
    document = JSON.parse(sys.readText(DAEMON_JSON));
  } catch (error) {
    throw new EngineError(500, `${DAEMON_JSON} is not JSON: ${String(error)}`);
  }
  const list =
    typeof document === 'object' && document !== null && 'registry-mirrors' in document
      ? document['registry-mirrors']
      : [];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}
