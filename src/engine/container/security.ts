import type { HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';
import { customProfile, ProfileError } from '../seccomp/custom.ts';
import { defaultProfile } from '../seccomp/profile.ts';

/** What `--security-opt` asks for. There is neither AppArmor nor SELinux here: those are let be. */
export interface Security {
  readonly noNewPrivileges: boolean;
  /** '' for the default, `unconfined`, or a profile as JSON. */
  readonly seccomp: string;
  readonly apparmor: string;
}

const TRUE = /^(1|t|T|TRUE|true|True)$/;
const FALSE = /^(0|f|F|FALSE|false|False)$/;

/** @throws EngineError 400 with Docker's sentence for an option that there is not. */
export function securityOf({ SecurityOpt }: Pick<HostConfig, 'SecurityOpt'>): Security {
  const security = { noNewPrivileges: false, seccomp: '', apparmor: '' };
  for (const option of SecurityOpt ?? []) {
    if (option === 'no-new-privileges') {
      security.noNewPrivileges = true;
      continue;
    }
    if (option === 'disable') continue;
    // `name:value` is the way of before Docker 1.11, and still understood.
    const match = /^([^=]*)=(.*)$/s.exec(option) ?? /^([^:]*):(.*)$/s.exec(option);
    if (!match) throw new EngineError(400, `invalid --security-opt 1: ${JSON.stringify(option)}`);
    const [, name = '', value = ''] = match;
    if (name === 'seccomp') security.seccomp = value;
    else if (name === 'apparmor') security.apparmor = value;
    else if (name === 'no-new-privileges' && (TRUE.test(value) || FALSE.test(value))) {
      security.noNewPrivileges = TRUE.test(value);
    } else if (name !== 'label') {
      throw new EngineError(400, `invalid --security-opt 2: ${JSON.stringify(option)}`);
    }
  }
  return security;
}

/**
 * The seccomp program for a process with these capabilities (names with `CAP_`), or null for none.
 * @throws EngineError 500 with Docker's beginning of the sentence for a profile that cannot be.
 */
export function filterOf(
  host: Pick<HostConfig, 'SecurityOpt'>,
  capabilities: ReadonlySet<string>,
  privileged: boolean,
): Uint8Array | null {
  const { seccomp } = securityOf(host);
  if (seccomp === 'unconfined') return null;
  if (seccomp !== '' && seccomp !== 'builtin') {
    try {
      return customProfile(seccomp, capabilities);
    } catch (error) {
      if (error instanceof ProfileError) throw new EngineError(500, error.message);
      throw error;
    }
  }
  return privileged ? null : defaultProfile(capabilities);
}
