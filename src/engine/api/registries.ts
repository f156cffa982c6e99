import * as v from 'valibot';
import type { Registries } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';

const DAEMON_JSON = '/etc/docker/daemon.json';

/** `host` or `host:port`, as dockerd wants it: what has a scheme or a path is no name of a registry. */
const insecure = v.pipe(
  v.string(),
  v.check(
    (text) => /^[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/.test(text) || /^[0-9.]+\/[0-9]{1,2}$/.test(text),
    ({ input }) => `insecure registry ${String(input)} is not valid: write host or host:port`,
  ),
);
const mirror = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?\/?$/.test(text),
    ({ input }) => `invalid mirror: "${String(input)}" is not a URL of a registry`,
  ),
);
const configuration = v.object({
  'registry-mirrors': v.optional(v.array(mirror), []),
  'insecure-registries': v.optional(v.array(insecure), []),
});

/** What the daemon's configuration says of registries, read anew for each pull. */
export function registries(sys: Sys): Registries {
  if (!sys.stat(DAEMON_JSON)) return { mirrors: [], insecure: [] };
  let document: unknown;
  try {
    document = JSON.parse(sys.readText(DAEMON_JSON));
  } catch (error) {
    throw new EngineError(500, `${DAEMON_JSON} is not JSON: ${String(error)}`);
  }
  const { success, output, issues } = v.safeParse(configuration, document);
  if (!success) throw new EngineError(500, `${DAEMON_JSON}: ${issues[0].message}`);
  return { mirrors: output['registry-mirrors'], insecure: output['insecure-registries'] };
}
