import { sentence } from '../failure.ts';
import { type Body, some } from './body.ts';
import { readFile } from './files.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';

/** Capabilities by their full names, sorted; ALL swallows the others. */
export function capabilities(flags: Flags): Body {
  const names = (flag: string): string[] => {
    const upper = flags.list(flag).map((name) => name.trim().toUpperCase());
    const full = upper.map((name) => (/^(ALL$|CAP_)/.test(name) ? name : `CAP_${name}`));
    return full.includes('ALL') ? ['ALL'] : [...new Set(full)].toSorted();
  };
  return { ...some('CapAdd', names('cap-add')), ...some('CapDrop', names('cap-drop')) };
}

/** A seccomp profile goes to the daemon as text, not as a path that only we can see. */
export function securityOptions(cli: Cli, options: readonly string[]): Body {
  const kept: string[] = [];
  let paths: Body = {};
  for (const option of options) {
    if (option === 'systempaths=unconfined') {
      paths = { MaskedPaths: [], ReadonlyPaths: [] };
      continue;
    }
    const [name = '', value = ''] = option.split(/[=:](.*)/s);
    if (name !== 'no-new-privileges' && value === '') {
      throw new Error(`invalid --security-opt: ${JSON.stringify(option)}`);
    }
    if (name !== 'seccomp' || value === 'unconfined' || value === 'builtin') kept.push(option);
    else {
      const profile = readFile(cli, value);
      try {
        kept.push(`seccomp=${JSON.stringify(JSON.parse(profile))}`);
      } catch (error) {
        throw new Error(
          `compacting json for seccomp profile (${value}) failed: ${sentence(error)}`,
          { cause: error },
        );
      }
    }
  }
  return { ...some('SecurityOpt', kept), ...paths };
}
