/** The OCI image specification's own JSON schemas, as Debian packages them. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { fetchDebian } from './debian.ts';

const PACKAGE = 'golang-github-opencontainers-image-spec-dev';
const FOLDER = 'usr/share/gocode/src/github.com/opencontainers/image-spec/schema';
const BASE = 'https://opencontainers.org/schema/';

export type Kind = 'config' | 'image-index' | 'image-layout' | 'image-manifest';

/** What is wrong with a document; empty for nothing. */
export type Check = (kind: Kind, document: unknown) => string[];

/** The check, or why there is none. */
export async function ociSchemas(): Promise<{ check: Check } | { reason: string }> {
  const fetched = await fetchDebian(
    { release: 'bookworm', package: PACKAGE },
    `*/${FOLDER.split('/').at(-1)}/*.json`,
  );
  if ('reason' in fetched) return fetched;
  const folder = join(fetched.folder, FOLDER);
  // They are of draft 4, and use nothing of it that a later one reads otherwise but the name of `$id`.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue;
    const schema = withoutIds(JSON.parse(await readFile(join(folder, name), 'utf8')));
    ajv.addSchema({ ...schema, $id: `${BASE}${name}` });
  }
  const check: Check = (kind, document) => {
    const validate = ajv.getSchema(`${BASE}${kind}-schema.json`);
    if (validate === undefined) throw new Error(`there is no schema of ${kind}`);
    if (validate(document) === true) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath}: ${message ?? ''}`,
    );
  };
  return { check };
}

function withoutIds(schema: object): object {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== '$schema' && !(key === 'id' && typeof value === 'string'))
      .map(([key, value]: [string, unknown]) => [key, isTree(value) ? withoutIds(value) : value]),
  );
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
