import type { HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';
import { isOwn } from '../namespaces/namespaces.ts';

/** Settings of the kernel that every IPC namespace has of its own. */
const OF_IPC =
  /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$|fs\.mqueue\.)/;

function refusal(name: string, host: HostConfig): string | null {
  const quoted = JSON.stringify(name);
  if (OF_IPC.test(name)) {
    return isOwn(host.IpcMode)
      ? null
      : `sysctl ${quoted} is not allowed in the hosts ipc namespace`;
  }
  if (name.startsWith('net.')) {
    return host.NetworkMode === 'host'
      ? `sysctl ${quoted} is not allowed in the hosts network namespace`
      : null;
  }
  if (name === 'kernel.domainname' && isOwn(host.UTSMode)) return null;
  if (name === 'kernel.hostname' && isOwn(host.UTSMode)) {
    return `sysctl ${quoted} is not allowed as it conflicts with the OCI "hostname" field`;
  }
  return `sysctl ${quoted} is not in a separate kernel namespace`;
}

/** @throws EngineError 400 in the words of the OCI runtime for a setting of the whole machine. */
export function checkSysctls(host: HostConfig): void {
  for (const name of Object.keys(host.Sysctls ?? {})) {
    const reason = refusal(name.replaceAll('/', '.'), host);
    if (reason === null) continue;
    throw new EngineError(
      400,
      'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
        `runc create failed: ${reason}: unknown`,
    );
  }
}
