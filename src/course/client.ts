/** An `EngineClient` over anything that answers like `fetch`: `Machine.request`, or fetch itself. */
import type { EngineClient } from './engine.ts';

type Fetch = (path: string, options: { readonly signal?: AbortSignal }) => Promise<Response>;

/** The engine said no; `status` is the HTTP status. */
class EngineAnswer extends Error {
  readonly status: number;

  constructor(path: string, status: number, text: string) {
    super(`GET ${path}: the engine answered ${String(status)} ${text.trim()}`);
    this.name = 'EngineAnswer';
    this.status = status;
  }
}

export function engineClient(fetch: Fetch): EngineClient {
  async function open(path: string, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(path, signal === undefined ? {} : { signal });
    if (!response.ok) throw new EngineAnswer(path, response.status, await response.text());
    return response;
  }
  return {
    async get(path): Promise<unknown> {
      return (await open(path)).json();
    },
    async bytes(path): Promise<Uint8Array | null> {
      const response = await fetch(path, {});
      if (response.status === 404) return null;
      const body = new Uint8Array(await response.arrayBuffer());
      if (response.ok) return body;
      throw new EngineAnswer(path, response.status, new TextDecoder().decode(body));
    },
    async stream(path, onLine, signal, onOpen) {
      const { body } = await open(path, signal);
      onOpen();
      if (body === null) return;
      const decoder = new TextDecoder();
      const reader = body.getReader();
      const cancel = (): void => {
        // The body may have failed already, with the error that `read` rejects with.
        reader.cancel().catch(() => undefined);
      };
      signal.addEventListener('abort', cancel, { once: true });
      // Aborted while the answer was on its way: the event has been and gone.
      if (signal.aborted) cancel();
      try {
        let rest = '';
        for (;;) {
          const { done, value } = await reader.read();
          const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onLine(line);
          if (done) break;
        }
        if (rest !== '') onLine(rest);
      } catch (error) {
        // A line that `onLine` could not read ends the stream; so does a break.
        cancel();
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}
