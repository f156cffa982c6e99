import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchemas } from './json-schema.ts';

it.each(Object.entries(jsonSchemas()))(
  'lessons/%s is what `npm run lesson -- schema` writes',
  async (name, schema) => {
    const written: unknown = JSON.parse(
      await readFile(resolve(import.meta.dirname, '../../lessons', name), 'utf8'),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
  },
);
