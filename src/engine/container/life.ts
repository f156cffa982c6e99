import type { ContainerConfig, HealthConfig, HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';

/** What a `create` or an `update` says about the life of a container, checked as Docker checks it. */

const MILLISECOND = 1e6;

/** @throws EngineError 400 with Docker's sentence. */
export function checkLife(config: ContainerConfig, host: HostConfig): void {
  checkRestartPolicy(host.RestartPolicy);
  if (host.AutoRemove && !['', 'no'].includes(host.RestartPolicy.Name)) {
    throw new EngineError(400, "can't create 'AutoRemove' container with restart policy");
  }
  const health = config.Healthcheck;
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const span = health?.[name] ?? 0;
    if (span !== 0 && span < MILLISECOND) {
      throw new EngineError(400, `${name} in Healthcheck cannot be less than one millisecond`);
    }
  }
  if ((health?.Retries ?? 0) < 0) {
    throw new EngineError(400, 'Retries in Healthcheck cannot be negative');
  }
}

/** @throws EngineError 400 with Docker's sentence. */
export function checkRestartPolicy({ Name, MaximumRetryCount }: HostConfig['RestartPolicy']): void {
  const bad = (what: string): EngineError =>
    new EngineError(400, `invalid restart policy: ${what}`);
  switch (Name) {
    case '':
      return;
    case 'no':
    case 'always':
    case 'unless-stopped':
      if (MaximumRetryCount === 0) return;
      throw bad(
        `maximum retry count can only be used with 'on-failure'${MaximumRetryCount < 0 ? ' and cannot be negative' : ''}`,
      );
    case 'on-failure':
      if (MaximumRetryCount < 0) throw bad('maximum retry count cannot be negative');
      return;
    default:
      throw bad(
        `unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      );
  }
}

/** The image's health check under the user's: what the user leaves out is the image's. */
export function mergeHealthcheck(
  own: HealthConfig | undefined,
  image: HealthConfig | null | undefined,
): HealthConfig | undefined {
  if (!image) return own;
  if (!own) return image;
  const merged: HealthConfig = { ...own };
  if (!own.Test || own.Test.length === 0) {
    if (image.Test) merged.Test = image.Test;
  }
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const) {
    if ((own[name] ?? 0) === 0 && image[name] !== undefined) merged[name] = image[name];
  }
  return merged;
}
