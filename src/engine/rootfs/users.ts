/**
 * Who a container's process runs as: names and numbers of the image's own `/etc/passwd` and
 * `/etc/group` (passwd(5), group(5)), never the host's.
 */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Its home directory, for `HOME` when the environment does not name one. */
  readonly home: string;
}

interface Line {
  readonly name: string;
  readonly fields: readonly string[];
}

function parse(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const fields = line.split(':');
      return { name: fields[0] ?? '', fields };
    });
}

const numeric = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

/** The largest number that Docker takes. */
const LARGEST = 0x7fff_ffff;

function inRange(number: number): number {
  if (number >= 0 && number <= LARGEST) return number;
  throw new UnknownUserError('uids and gids must be in range 0-2147483647');
}

/** Thrown with Docker's sentence when a name is in neither file. */
export class UnknownUserError extends Error {}

/**
 * Resolves `user[:group]` (names or numbers, '' for root) and supplementary groups.
 * @throws UnknownUserError
 */
export function identify(
  user: string,
  extraGroups: readonly string[],
  passwd: string,
  group: string,
): Identity {
  const [userPart = '', groupPart = ''] = user.split(':');
  const users = parse(passwd);
  const groups = parse(group);
  const wanted = userPart === '' ? '0' : userPart;
  const number = numeric(wanted);
  const entry =
    users.find((line) => line.name === wanted) ??
    users.find((line) => number !== null && Number(line.fields[2]) === number);
  if (!entry && number === null) {
    throw new UnknownUserError(`unable to find user ${wanted}: no matching entries in passwd file`);
  }
  const groupNumber = (name: string, sentence: string): number => {
    const found = groups.find((line) => line.name === name)?.fields[2] ?? name;
    const gid = numeric(found);
    if (gid === null) {
      throw new UnknownUserError(`${sentence} ${name}: no matching entries in group file`);
    }
    return inRange(gid);
  };
  const uid = inRange(entry ? Number(entry.fields[2]) : (number ?? 0));
  const gid =
    groupPart === ''
      ? inRange(Number(entry?.fields[3] ?? 0))
      : groupNumber(groupPart, 'unable to find group');
  const member = (line: Line): boolean =>
    entry !== undefined && (line.fields[3] ?? '').split(',').includes(entry.name);
  const supplementary =
    groupPart === '' ? groups.filter(member).map((line) => inRange(Number(line.fields[2]))) : [];
  const extra = extraGroups.map((name) => groupNumber(name, 'Unable to find group'));
  const all = [gid, ...supplementary, ...extra];
  return { uid, gid, groups: [...new Set(all)], home: entry?.fields[5] ?? '/' };
}
