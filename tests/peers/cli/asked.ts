/** What two clients asked of the daemon, in a form in which only what means something differs. */
import type { Asked } from './daemon.ts';

/** Requests without what Go writes and does not mean. */
export function normal(asked: readonly Asked[]): unknown[] {
  return asked.map((one) => ({ ...one, body: said(one.body) ?? null })).map(emptied);
}

/** The same, where a container by its name or its id is the same container. */
export function named(asked: readonly Asked[]): unknown[] {
  return normal(asked.map((one) => ({ ...one, path: one.path.replace('a'.repeat(64), 'a') })));
}

/** The same, where several containers are dealt with at once: in whatever order. */
export function unordered(asked: readonly Asked[]): unknown[] {
  return normal(asked).toSorted(byText);
}

/** What stands in a body because Go writes every field: absent and empty are the same to the daemon. */
function said(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > 0 ? value.map((element) => said(element) ?? element) : undefined;
  if (typeof value !== 'object' || value === null) {
    return value === null || value === '' || value === 0 || value === false ? undefined : value;
  }
  const entries = Object.entries(value)
    // Go's client says these where they have no meaning of their own.
    .filter(([name, field]) => !(name === 'MemorySwappiness' && field === -1))
    .filter(([name]) => name !== 'ConsoleSize')
    .filter(
      ([name, field]) => !(name === 'RestartPolicy' && (field as { Name: string }).Name === 'no'),
    )
    // Out of a map in Go: in any order.
    .map(([name, field]) => [name, MAPPED.test(name) ? sorted(field) : field] as const)
    .map(([name, field]) => [name, KEPT.test(name) ? field : said(field)] as const)
    .filter(([, field]) => field !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

const MAPPED = /^(Env|Ulimits|Binds|VolumesFrom)$/;

/** Sets: their members are keys with nothing behind them. */
const KEPT = /^(ExposedPorts|Volumes|Entrypoint|MaskedPaths|ReadonlyPaths|DriverConfig)$/;

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.toSorted(byText) : list;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function emptied(one: { body: unknown }): unknown {
  const body = JSON.stringify(one.body, (name, value: unknown) => {
    const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    const unset = ['ExposedPorts', 'Volumes', 'DriverConfig'].includes(name) && empty;
    return unset || value === null ? undefined : value;
  });
  return { ...one, body: JSON.parse(body ?? 'null') as unknown };
}
