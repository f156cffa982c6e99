/** Bodies of `POST /containers/create`, through every check that `create` makes of them. */
import { parseCreate } from '../../../src/engine/api/schema.ts';
import { parseRule } from '../../../src/engine/cgroups/devices.ts';
import { cgroupPath, limits } from '../../../src/engine/cgroups/limits.ts';
import { verifyLimits } from '../../../src/engine/cgroups/verify.ts';
import { filterOf, securityOf } from '../../../src/engine/container/security.ts';
import { checkSysctls } from '../../../src/engine/container/sysctls.ts';
import { checkUlimits, setUlimits } from '../../../src/engine/container/ulimits.ts';
import { argumentsOf } from '../../../src/engine/sys/step.ts';
import { expected, text } from './refusals.ts';

export function fuzz(data: Uint8Array): void {
  expected(() => {
    const { host: asked } = parseCreate(text(data));
    securityOf(asked);
    checkUlimits(asked.Ulimits);
    checkSysctls(asked);
    for (const rule of asked.DeviceCgroupRules ?? []) parseRule(rule);
    const { host } = verifyLimits(asked, { cpus: 1 });
    filterOf(host, new Set(['CAP_CHOWN']), false);
    for (const call of setUlimits(host.Ulimits)) argumentsOf(call);
    for (const [file, value] of limits(host)) {
      if (/NaN|Infinity|undefined|\n/.test(value)) throw new Error(`${file}: ${value}`);
    }
    const path = cgroupPath('id', host.CgroupParent);
    if (!path.startsWith('/sys/fs/cgroup/') || path.split('/').includes('..')) {
      throw new Error(`a cgroup outside the tree: ${path}`);
    }
  });
}
