import type { Context } from '../container/context.ts';
import { NetworkError } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import { ImageError } from '../image/index.ts';
import type { Sys } from '../sys/sys.ts';
import {
  BodyTooLargeError,
  ClientGoneError,
  type Handler,
  type Peer,
  type Request,
} from './http.ts';
import { Paths } from './paths.ts';
import type { RequestLog } from './requests.ts';
import type { Response } from './response.ts';

/** A request on its way through a route: the parts of its path by name. */
export interface Call {
  readonly context: Context;
  readonly request: Request;
  readonly response: Response;
  readonly parameters: Readonly<Record<string, string>>;
  readonly peer: Peer;
}

/** Answers one kind of request. What it throws becomes `{"message": …}` with a status. */
export type Route = (call: Call) => Promise<void> | void;

/** `['GET', '/containers/:id/json', inspect]`. */
export type Routes = readonly (readonly [method: string, path: string, route: Route])[];

export const API_VERSION = '1.47';
export const MIN_API_VERSION = '1.24';
const CURRENT = `/v${API_VERSION}/`;

/**
 * The door: strips the version, finds the route, and turns what goes wrong into Docker's errors.
 */
export function createHandler(context: Context, routes: Routes, log: RequestLog): Handler {
  const methods = new Map<string, Paths<Route>>();
  for (const [method, path, route] of routes) {
    let paths = methods.get(method);
    if (!paths) methods.set(method, (paths = new Paths()));
    paths.add(path, route);
  }
  const { sys } = context;

  return async (request, response, peer) => {
    const failed = async (error: unknown): Promise<void> => {
      if (error instanceof ClientGoneError) return;
      const { status, message } = describe(sys, error);
      // An answer that has begun cannot change its status: its end is all that can be said.
      if (response.status !== 0) return;
      if (status === 304) await response.empty(304);
      else await response.json(status, { message });
    };
    let path = request.path;
    try {
      path = unversioned(path);
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const found = methods.get(method)?.find(path);
      if (!found) throw new EngineError(404, 'page not found');
      const { value: route, parameters } = found;
      for (const name in parameters) parameters[name] = decode(parameters[name] ?? '');
      await route({ context, request, response, parameters, peer });
    } catch (error) {
      await failed(error);
    }
    log.answered(request, path, response.status, peer);
  };
}

function unversioned(path: string): string {
  // What nearly everybody asks needs no regular expression: the guest is slow at them.
  if (path.startsWith(CURRENT)) return path.slice(CURRENT.length - 1);
  const match = /^\/v(\d+)\.(\d+)(?=\/)/.exec(path);
  if (!match) return path;
  const asked = Number(match[1]) * 1000 + Number(match[2]);
  const version = `${match[1] ?? ''}.${match[2] ?? ''}`;
  if (asked < 1024) {
    throw new EngineError(
      400,
      `client version ${version} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
    );
  }
  if (asked > 1047) {
    throw new EngineError(
      400,
      `client version ${version} is too new. Maximum supported API version is ${API_VERSION}`,
    );
  }
  return path.slice(match[0].length);
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new EngineError(400, `malformed path: ${text}`);
  }
}

/** What the client is told. Errors that nobody foresaw are ours, and say so. */
function describe(sys: Sys, error: unknown): { status: number; message: string } {
  if (error instanceof EngineError || error instanceof ImageError) {
    return { status: error.status, message: error.message };
  }
  if (error instanceof NetworkError) return { status: 500, message: error.message };
  if (error instanceof BodyTooLargeError) return { status: 413, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return { status: 500, message };
  }
  const trace = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  sys.log(`api: internal error: ${message}${trace}`);
  return {
    status: 500,
    message: `internal error of the sandbox’s engine: ${message} (please report it with what you typed)`,
  };
}

/** A query value that stands for yes: `1`, `true`, or anything but the ways to say no. */
export function truthy(value: string | undefined): boolean {
  return !['', '0', 'no', 'false', 'none', undefined].includes(value?.toLowerCase());
}

/** A whole number of a query; undefined when it is absent. */
export function integer(value: string | undefined, name: string): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (!/^-?\d+$/.test(value)) {
    throw new EngineError(400, `invalid value for ${name}: "${value}" is not a number`);
  }
  return Number(value);
}
