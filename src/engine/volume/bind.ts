/** `-v SOURCE:TARGET:OPTIONS` and `--volumes-from`: words into mounts, by moby's rules and in its sentences. */
import { EngineError } from '../errors.ts';
import { mountOf } from './checked.ts';
import type { UserMount } from './mount.ts';

const PROPAGATIONS = ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'];

/** What may stand behind the last colon, at most one of each row. */
const MODES = [
  ['ro', 'rw'],
  ['z', 'Z'],
  ['nocopy'],
  ['consistent', 'cached', 'delegated'],
  PROPAGATIONS,
];

/**
 * Reads one entry of `HostConfig.Binds`.
 * @throws EngineError 400 that repeats the entry
 */
export function parseBind(spec: string, driver: string): UserMount {
  const [first = '', second, mode = '', more] = spec.split(':');
  const unclear = new EngineError(400, `invalid volume specification: '${spec}'`);
  // A mode needs a source: `/data:ro` says neither what nor where.
  if (first === '' || more !== undefined || (mode === '' && isMode(second))) throw unclear;
  if (!isMode(mode)) throw new EngineError(400, `invalid mode: ${mode}`);
  const words = mode.split(',');
  const propagation = PROPAGATIONS.find((word) => words.includes(word));
  const source = second === undefined ? '' : first;
  const type = source.startsWith('/') ? 'bind' : 'volume';
  const volumeOptions = {
    ...(words.includes('nocopy') ? { NoCopy: true } : {}),
    ...(type === 'volume' && driver !== '' ? { DriverConfig: { Name: driver } } : {}),
  };
  try {
    const mount = mountOf({
      Type: type,
      Source: source,
      Target: second ?? first,
      ReadOnly: words.includes('ro'),
      ...(propagation === undefined ? {} : { BindOptions: { Propagation: propagation } }),
      ...(Object.keys(volumeOptions).length > 0 ? { VolumeOptions: volumeOptions } : {}),
    });
    return { ...mount, Mode: mode, make: true };
  } catch (error) {
    if (error instanceof EngineError) error.message = `${unclear.message}: ${error.message}`;
    throw error;
  }
}

/**
 * `CONTAINER[:ro|rw|z|Z]`.
 * @throws EngineError 400
 */
export function parseVolumesFrom(spec: string): {
  readonly container: string;
  readonly mode: string;
} {
  const colon = spec.indexOf(':');
  const container = colon < 0 ? spec : spec.slice(0, colon);
  const mode = colon < 0 ? '' : spec.slice(colon + 1);
  if (container === '') {
    throw new EngineError(400, `malformed volumes-from specification: ${spec}`);
  }
  const words = mode.split(',');
  if (!isMode(mode) || words.includes('nocopy') || words.some((w) => PROPAGATIONS.includes(w))) {
    throw new EngineError(400, `invalid mode: ${mode}`);
  }
  return { container, mode };
}

function isMode(mode: string | undefined): boolean {
  if (mode === undefined) return false;
  if (mode === '') return true;
  const seen = new Set<number>();
  return mode.split(',').every((word) => {
    const row = MODES.findIndex((words) => words.includes(word));
    if (row < 0 || seen.has(row)) return false;
    seen.add(row);
    return true;
  });
}
