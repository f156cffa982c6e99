/** A client of the Engine API that knows HTTP and nothing else. */
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Question {
  /** What stands in the braces of the path. */
  readonly in?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or bytes of a tar archive. */
  readonly body?: unknown;
}

/** Asks `http://HOST/v1.47/PATH`, and reads the answer to its end. */
export function ask(
  host: string,
  method: string,
  path: string,
  question: Question = {},
): Promise<Answer> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => question.in?.[name] ?? '');
  const url = new URL(`/v1.47${filled}`, host.replace('tcp:', 'http:'));
  for (const [name, value] of Object.entries(question.query ?? {}))
    url.searchParams.set(name, value);
  const { body } = question;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body ? JSON.stringify(body) : '');
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  const headers = body === undefined ? {} : { 'Content-Type': type };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          bytes: Buffer.concat(chunks),
        });
      });
    });
    asked.on('error', reject).end(bytes);
  });
}
