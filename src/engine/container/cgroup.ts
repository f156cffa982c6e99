import { cgroupPath } from '../cgroups/limits.ts';
import type { Container } from './container.ts';

/** The control group of a container. */
export function cgroupOf({ id, host }: Container): string {
  return cgroupPath(id, host.CgroupParent);
}
