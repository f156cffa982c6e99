import * as v from 'valibot';
import { compile, comparison, type Case, type Rule } from './bpf.ts';
import { I386_SYSCALLS } from './syscalls.ts';

/**
 * A seccomp profile of one's own, as `--security-opt seccomp=FILE` sends it: the JSON of Docker's
 * `seccomp.json` and of the OCI runtime specification ("Seccomp"), compiled for i386.
 *
 * See one work: a file with {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],
 * "action":"SCMP_ACT_ERRNO"}]}, then `docker run --rm --security-opt seccomp=FILE busybox mkdir /a`.
 */

/** Thrown with the sentence with which Docker refuses a profile. */
export class ProfileError extends Error {}

const ACTIONS = {
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x8000_0000,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_ERRNO: 0x0005_0000,
  SCMP_ACT_TRACE: 0x7ff0_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_ALLOW: 0x7fff_0000,
} as const;
type Action = keyof typeof ACTIONS;

const OPERATORS = {
  SCMP_CMP_NE: 'not-equal',
  SCMP_CMP_LT: 'less',
  SCMP_CMP_LE: 'at-most',
  SCMP_CMP_EQ: 'equal',
  SCMP_CMP_GE: 'at-least',
  SCMP_CMP_GT: 'greater',
  SCMP_CMP_MASKED_EQ: 'masked-equal',
} as const;
type Operator = keyof typeof OPERATORS;

const isKey =
  <T extends object>(table: T) =>
  (text: unknown): text is keyof T =>
    typeof text === 'string' && Object.hasOwn(table, text);

const action = v.custom<Action>(isKey(ACTIONS), (issue) => `invalid Action: ${issue.received}`);
const operator = v.custom<Operator>(
  isKey(OPERATORS),
  (issue) => `invalid Operator: ${issue.received}`,
);
/** Arguments are 64 bits wide, and JSON's numbers here are not: beyond 2⁵³ the last bits are lost. */
const unsigned = v.pipe(v.number(), v.integer(), v.minValue(0));
const filterSchema = v.nullish(
  v.looseObject({
    caps: v.nullish(v.array(v.string())),
    arches: v.nullish(v.array(v.string())),
    minKernel: v.nullish(v.string()),
  }),
);
const profileSchema = v.looseObject({
  defaultAction: action,
  defaultErrnoRet: v.nullish(unsigned),
  architectures: v.nullish(v.array(v.string())),
  syscalls: v.nullish(
    v.array(
      v.looseObject({
        name: v.nullish(v.string()),
        names: v.nullish(v.array(v.string())),
        action,
        errnoRet: v.nullish(unsigned),
        args: v.nullish(
          v.array(
            v.looseObject({
              index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5)),
              value: unsigned,
              valueTwo: v.nullish(unsigned),
              op: operator,
            }),
          ),
        ),
        includes: filterSchema,
        excludes: filterSchema,
      }),
    ),
  ),
});
type Profile = v.InferOutput<typeof profileSchema>;
type Entry = NonNullable<Profile['syscalls']>[number];

const EPERM = 1;
const ENOSYS = 38;
const ERRNO = ACTIONS.SCMP_ACT_ERRNO;

/** What Docker calls this machine, and the version of its kernel. */
const ARCHITECTURES = ['x86', '386', 'SCMP_ARCH_X86'];
const KERNEL = [6, 12] as const;

function parse(text: string): Profile {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProfileError(`Decoding seccomp profile failed: ${reason}`);
  }
  const result = v.safeParse(profileSchema, document);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'the profile';
  throw new ProfileError(`Decoding seccomp profile failed: ${where}: ${issue.message}`);
}

function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return KERNEL[0] > major || (KERNEL[0] === major && KERNEL[1] >= minor);
}

/** Whether an entry speaks of this machine and of a process with these capabilities. */
function applies(entry: Entry, capabilities: ReadonlySet<string>): boolean {
  const here = (arch: string): boolean => ARCHITECTURES.includes(arch);
  const { includes, excludes } = entry;
  if (excludes) {
    if (excludes.arches?.some(here)) return false;
    if (excludes.caps?.some((name) => capabilities.has(name))) return false;
    if (excludes.minKernel && newEnough(excludes.minKernel)) return false;
  }
  if (includes) {
    const { arches, caps, minKernel } = includes;
    if (arches && arches.length > 0 && !arches.some(here)) return false;
    if (caps && !caps.every((name) => capabilities.has(name))) return false;
    if (minKernel && !newEnough(minKernel)) return false;
  }
  return true;
}

/** The kernel's return value for an action. */
function verdict(name: Action, errno: number | null | undefined): number {
  const carries = name === 'SCMP_ACT_ERRNO' || name === 'SCMP_ACT_TRACE';
  return (ACTIONS[name] | (carries ? (errno ?? EPERM) & 0xffff : 0)) >>> 0;
}

function casesByName(profile: Profile, capabilities: ReadonlySet<string>): Map<string, Case[]> {
  const cases = new Map<string, Case[]>();
  for (const entry of profile.syscalls ?? []) {
    if (!applies(entry, capabilities)) continue;
    const names = entry.names ?? [];
    if (entry.name && names.length > 0) {
      throw new ProfileError(
        "'name' and 'names' were specified in the seccomp profile, use either 'name' or 'names'",
      );
    }
    const tests = (entry.args ?? []).map(({ index, value, valueTwo, op }) =>
      comparison(index, OPERATORS[op], value, valueTwo ?? 0),
    );
    const indices = (entry.args ?? []).map(({ index }) => index);
    // Several conditions on one argument are alternatives, as runc has it; otherwise all must hold.
    const alternatives =
      new Set(indices).size < indices.length ? tests.map((test) => [test]) : [tests];
    const found = alternatives.map((each): Case => ({
      tests: each,
      verdict: verdict(entry.action, entry.errnoRet),
    }));
    for (const name of entry.name ? [entry.name] : names) {
      cases.set(name, [...(cases.get(name) ?? []), ...found]);
    }
  }
  return cases;
}

/** The rule of one call: an entry without conditions decides, others when all their conditions hold. */
function ruleOf(cases: readonly Case[], otherwise: number): Rule {
  const always = cases.find(({ tests }) => tests.length === 0);
  if (always) return { action: 'return', value: always.verdict };
  return { action: 'cases', cases, otherwise };
}

const compiled = new Map<string, Uint8Array>();

/**
 * Compiles a profile for a process with these capabilities (names with `CAP_`) to an array of
 * `struct sock_filter`. Kept once compiled.
 * @throws ProfileError
 */
export function customProfile(text: string, capabilities: ReadonlySet<string>): Uint8Array {
  const key = [...capabilities].sort().join() + text;
  const known = compiled.get(key);
  if (known) return known;
  const profile = parse(text);
  const otherwise = verdict(profile.defaultAction, profile.defaultErrnoRet);
  const cases = casesByName(profile, capabilities);
  const rules = I386_SYSCALLS.map((name): Rule => ruleOf(cases.get(name) ?? [], otherwise));
  // A call that is newer than what the profile's author knew of: libraries fall back on ENOSYS only.
  const newest = rules.findLastIndex((_, number) => cases.has(I386_SYSCALLS[number] ?? '-'));
  const allows =
    profile.defaultAction === 'SCMP_ACT_ALLOW' || profile.defaultAction === 'SCMP_ACT_LOG';
  const unknown: Rule = { action: 'return', value: allows ? otherwise : (ERRNO | ENOSYS) >>> 0 };
  const until = allows ? rules.length : newest + 1;
  const program = compile(rules.slice(0, until), unknown);
  // A profile is long, and few are in use: the last ones are enough.
  if (compiled.size >= 8) compiled.clear();
  compiled.set(key, program);
  return program;
}
