/** YAML in, checked data out; each mistake with its line and what the schema allows there. */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { LessonError } from './problem.ts';
import type { Problem } from './problem.ts';
import { allowedKeys } from './schema-keys.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Throws a LessonError with every mistake found. */
export function parseYaml<T extends z.ZodType>(schema: T, text: string, file: string): z.infer<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new LessonError(
      broken.map(({ message, pos }) => {
        return {
          file,
          line: lines.linePos(pos[0]).line,
          field: '',
          message: `not YAML: ${message}`,
        };
      }),
    );
  }
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  throw new LessonError(
    result.error.issues
      .flatMap((issue) => leaves(issue, []))
      .map((issue): Problem => {
        const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
        return {
          file,
          line: lines.linePos(offsetOf(document, issue.path, key)).line,
          field: fieldName(key === undefined ? issue.path : [...issue.path, key]),
          message: messageOf(issue, schema, document.getIn(issue.path)),
        };
      }),
  );
}

/**
 * A union fails with one list of issues for each of its ways. The way that was meant is the one that got furthest:
 * its first issue lies deepest.
 */
function leaves(issue: Issue, base: Path): Issue[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }];
  const depth = (issues: readonly Issue[]): number => {
    return Math.min(...issues.map((inner) => depthOf(inner)));
  };
  const [best] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  if (best === undefined || depth(best) === 0) return [{ ...issue, path }];
  return best.flatMap((inner) => leaves(inner, path));
}

function depthOf(issue: Issue): number {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.path.length;
  return issue.path.length + Math.max(...issue.errors.map((e) => Math.min(...e.map(depthOf))));
}

function messageOf(issue: Issue, schema: z.ZodType, value: unknown): string {
  if (issue.code === 'unrecognized_keys' || issue.code === 'invalid_union') {
    const allowed = allowedKeys(schema, issue.path);
    const seen = issue.code === 'unrecognized_keys' ? issue.keys : keysOf(value);
    const unknown = seen.filter((key) => !allowed.includes(key));
    const what =
      unknown.length > 0
        ? `unknown: ${unknown.map((key) => `"${key}"`).join(', ')}`
        : 'exactly one of the allowed is needed here';
    return `${what}; allowed: ${allowed.join(', ')}`;
  }
  const got = isScalarValue(value) ? ` (got ${JSON.stringify(value)})` : '';
  return `${issue.message}${got}`;
}

function keysOf(value: unknown): string[] {
  return isMap(value) ? value.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
}

function isScalarValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Where the value at `path` stands; where its nearest existing parent stands when it is missing. */
function offsetOf(document: Document, path: Path, key: string | undefined): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown =
      length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    if (length === path.length && key !== undefined && isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}

function fieldName(path: Path): string {
  return path
    .map((part, i) =>
      typeof part === 'number' ? `[${String(part)}]` : `${i === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
