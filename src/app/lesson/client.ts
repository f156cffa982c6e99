import type { EngineClient } from '../../course/index.ts';
import type { Guest } from '../state/guest.ts';

class EngineAnswer extends Error {
  readonly status: number;

  constructor(path: string, status: number, text: string) {
    super(`GET ${path}: the engine answered ${String(status)} ${text.trim()}`);
    this.name = 'EngineAnswer';
    this.status = status;
  }
}

/** The engine of a guest, as a lesson watches it. */
export function engineClient(guest: Guest): EngineClient {
  async function open(path: string, signal?: AbortSignal): Promise<Response> {
    const response = await guest.request(path, signal ? { signal } : {});
    if (!response.ok) throw new EngineAnswer(path, response.status, await response.text());
    return response;
  }
  return {
    get: async (path) => (await open(path)).json() as Promise<unknown>,
    async stream(path, onLine, signal, onOpen) {
      const { body } = await open(path, signal);
      onOpen();
      if (body === null) return;
      let rest = '';
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      const stop = (): void => void reader.cancel().catch(() => undefined);
      signal.addEventListener('abort', stop, { once: true });
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          const lines = (rest + value).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.trim() !== '') onLine(line);
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
      if (rest.trim() !== '') onLine(rest);
    },
  };
}

/** Stands in while there is no machine: nothing is asked of it before a lesson starts to watch. */
export const noEngine: EngineClient = {
  get: () => Promise.reject(new Error('the machine does not run yet')),
  stream: () => Promise.reject(new Error('the machine does not run yet')),
};
