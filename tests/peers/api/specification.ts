/** The Engine API as its authors publish it, for checking what our daemon answers. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { fetchDebian } from '../debian.ts';
import { toJsonSchema } from './swagger.ts';
import type { Swagger, Tree } from './swagger.ts';

/** Debian's source package of the daemon has the specification of every version. */
const SOURCE = { release: 'sid', package: 'docker.io', source: 'docker.io_*.orig.tar.*' };
const VERSION = '1.47';

/** Answers of Docker's own daemon that the specification does not name; each is an `ErrorResponse`. */
const UNNAMED = ['POST /networks/create 409'];

export class Specification {
  readonly #swagger: Swagger;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(swagger: Swagger) {
    this.#swagger = swagger;
    // Swagger's formats are Go's types; those that a check could miss are in `swagger.ts`.
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    this.#ajv.addSchema({ $id: 'api', definitions: toJsonSchema(swagger.definitions) });
  }

  /** The specification, or why it cannot be had. */
  static async load(): Promise<Specification | { readonly reason: string }> {
    const fetched = await fetchDebian(SOURCE, `*/docs/api/v${VERSION}.yaml`);
    if ('reason' in fetched) return fetched;
    // The source is in one folder, named after a commit.
    const [top = ''] = await readdir(fetched.folder);
    const path = join(fetched.folder, top, 'engine/docs/api', `v${VERSION}.yaml`);
    return new Specification(parse(await readFile(path, 'utf8')) as Swagger);
  }

  /** Every operation that is specified: `GET /containers/{id}/json`. */
  get operations(): string[] {
    return Object.entries(this.#swagger.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /**
   * What is wrong with an answer: nothing, or a sentence for each mistake. A status that the operation does not
   * name is one, and so is a body where none is specified.
   */
  mistakes(method: string, path: string, status: number, body: unknown): string[] {
    const operation = this.#swagger.paths[path]?.[method.toLowerCase()];
    if (!operation) return [`${method} ${path} is no operation of the API`];
    const answer = operation.responses[status];
    if (UNNAMED.includes(`${method} ${path} ${status}`))
      return this.mistakesOf('ErrorResponse', body);
    if (!answer) return [`${method} ${path} does not answer ${status}`];
    if (!answer.schema || answer.schema['format'] === 'binary') return [];
    return this.#check(`${method} ${path} ${status}`, answer.schema, body);
  }

  /** What is wrong with a document of a stream, by the name of its definition. */
  mistakesOf(definition: string, body: unknown): string[] {
    return this.#check(definition, { $ref: `#/definitions/${definition}` }, body);
  }

  #check(name: string, schema: Tree, body: unknown): string[] {
    let validate = this.#validators.get(name);
    if (!validate) {
      validate = this.#ajv.compile(toJsonSchema(schema));
      this.#validators.set(name, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${name}: ${instancePath} ${message ?? ''} ${JSON.stringify(params)}: ${at(body, instancePath)}`,
    );
  }
}

/** What stands at a place of a document. */
function at(body: unknown, pointer: string): string {
  let value = body;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value ? Reflect.get(value, key) : undefined;
  }
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}
