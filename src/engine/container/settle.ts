import type { ContainerConfig, HostConfig } from '../../protocol/container.ts';
import { parseRule } from '../cgroups/devices.ts';
import { verifyLimits } from '../cgroups/verify.ts';
import { EngineError } from '../errors.ts';
import { sharedWith } from '../namespaces/namespaces.ts';
import type { Context } from './context.ts';
import { checkNetworking } from './networks/endpoints.ts';
import { securityOf } from './security.ts';
import { checkUlimits } from './ulimits.ts';

/** The emulator has one. */
export const CPUS = 1;

/**
 * The host's side of a container as it will be: checked, with the modes that nobody named, names of
 * other containers as ids, and without what this kernel does not have.
 *
 * @throws EngineError 400 in Docker's words.
 */
export function settle(
  context: Context,
  config: ContainerConfig,
  asked: HostConfig,
): { readonly host: HostConfig; readonly warnings: readonly string[] } {
  checkModes(config, asked);
  securityOf(asked);
  checkUlimits(asked.Ulimits);
  for (const rule of asked.DeviceCgroupRules ?? []) {
    if (parseRule(rule)) continue;
    throw new EngineError(400, `invalid device cgroup rule format: '${rule}'`);
  }
  const { host, warnings } = verifyLimits(asked, { cpus: CPUS });
  return {
    host: {
      ...host,
      NetworkMode: byId(context, host.NetworkMode),
      PidMode: byId(context, host.PidMode),
      IpcMode: host.IpcMode === '' ? 'private' : byId(context, host.IpcMode),
      CgroupnsMode: host.CgroupnsMode === '' ? 'private' : host.CgroupnsMode,
    },
    warnings: [...warnings, ...checkNetworking(config, asked)],
  };
}

const OTHER = 'container:.+';

function checkModes(config: ContainerConfig, host: HostConfig): void {
  const { PidMode, IpcMode, UTSMode, CgroupnsMode, ShmSize, OomScoreAdj } = host;
  const fits = (mode: string, ...known: readonly string[]): boolean =>
    new RegExp(`^(${known.join('|')})?$`, 's').test(mode);
  const invalid = (what: string, mode: string): EngineError =>
    new EngineError(400, `invalid ${what} mode: ${mode}`);
  if (!fits(IpcMode, 'none', 'private', 'shareable', 'host', OTHER)) throw invalid('IPC', IpcMode);
  if (!fits(PidMode, 'host', OTHER)) throw invalid('PID', PidMode);
  if (!fits(UTSMode, 'host')) throw invalid('UTS', UTSMode);
  if (!fits(CgroupnsMode, 'private', 'host')) throw invalid('cgroup namespace', CgroupnsMode);
  if (ShmSize < 0) throw new EngineError(400, 'SHM size can not be less than 0');
  if (OomScoreAdj < -1000 || OomScoreAdj > 1000) {
    throw new EngineError(
      400,
      `Invalid value ${String(OomScoreAdj)}, range for oom score adj is [-1000, 1000]`,
    );
  }
  if (UTSMode === 'host' && config.Hostname !== '') {
    throw new EngineError(400, 'conflicting options: hostname and the UTS mode');
  }
}

/** `container:NAME` with the id for the name, which may change. */
function byId({ containers }: Context, mode: string): string {
  const other = sharedWith(mode);
  if (other === null) return mode;
  try {
    return `container:${containers.get(other).id}`;
  } catch (error) {
    throw new EngineError(400, error instanceof Error ? error.message : String(error));
  }
}
