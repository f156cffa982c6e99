/** The simple repository API of Python's packages (PEP 503 in HTML, PEP 691 in JSON), out of one small list. */
// The small face of zod: pages carry this code.
import * as z from 'zod/mini';

/** `pypi/index.json`, which guest/packages makes: the files of each project, by its normalized name. */
export const catalogSchema = z.record(
  z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)),
  z.array(
    z.object({
      filename: z.string().check(z.regex(/^[\w.+-]+\.whl$/)),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      /** Bytes. */
      size: z.number().check(z.int(), z.positive()),
      requiresPython: z.optional(z.string()),
    }),
  ),
);

export type Catalog = z.infer<typeof catalogSchema>;
type File = Catalog[string][number];

export const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'text/html; charset=utf-8';
const META = { 'api-version': '1.0' } as const;

/** Every project there is. */
export function projects(catalog: Catalog, asJson: boolean): Response {
  const names = Object.keys(catalog).sort();
  if (asJson) return json({ meta: META, projects: names.map((name) => ({ name })) });
  return page(
    'Simple index',
    names.map((name) => `<a href="${name}/">${name}</a>`),
  );
}

/** The files of one project; null when there is no such project. */
export function files(catalog: Catalog, name: string, asJson: boolean): Response | null {
  const found = Object.hasOwn(catalog, name) ? catalog[name] : undefined;
  if (found === undefined) return null;
  if (!asJson) return page(`Links for ${name}`, found.map(link));
  return json({
    meta: META,
    name,
    files: found.map((file) => ({
      filename: file.filename,
      url: urlOf(file),
      hashes: { sha256: file.sha256 },
      size: file.size,
      ...(file.requiresPython !== undefined && { 'requires-python': file.requiresPython }),
    })),
  });
}

/** PEP 503, "Normalized Names". */
export function normalize(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Relative to a project's page. */
function urlOf(file: File): string {
  return `../../files/${encodeURIComponent(file.filename)}`;
}

function link(file: File): string {
  const requires =
    file.requiresPython === undefined
      ? ''
      : ` data-requires-python="${escape(file.requiresPython)}"`;
  return `<a href="${urlOf(file)}#sha256=${file.sha256}"${requires}>${escape(file.filename)}</a>`;
}

function json(document: object): Response {
  return new Response(JSON.stringify(document), { headers: { 'content-type': JSON_TYPE } });
}

function page(title: string, links: readonly string[]): Response {
  const body = links.map((one) => `${one}<br>\n`).join('');
  return new Response(
    `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>\n${body}</body></html>\n`,
    { headers: { 'content-type': HTML_TYPE } },
  );
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
