import { EngineError } from '../errors.ts';
import type { Container } from './container.ts';
import { emit, type Context, type Waiting } from './context.ts';

/** Ctrl-p ctrl-q. */
const DEFAULT_KEYS = new Uint8Array([16, 17]);

/**
 * Keys as `--detach-keys` writes them: `ctrl-p,ctrl-q`, or plain characters.
 * @throws EngineError 400 for what is no key.
 */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === '') return DEFAULT_KEYS;
  const codes = text.split(',').map((key) => {
    const control = /^ctrl-([a-z@[\]\\^_])$/i.exec(key);
    const letter = control?.[1];
    if (letter !== undefined) return letter.toUpperCase().charCodeAt(0) & 0x1f;
    if (key.length === 1) return key.charCodeAt(0);
    throw new EngineError(
      400,
      `Invalid detach keys (${text}) provided: Unknown character: '${key}'`,
    );
  });
  return new Uint8Array(codes);
}

/**
 * Connects a client to a container's streams; one that does not run yet keeps it for its start.
 * The socket belongs to the container afterwards.
 */
export async function attach(
  context: Context,
  container: Container,
  client: Waiting,
): Promise<void> {
  const { sys, shims, waiting } = context;
  const shim = shims.get(container.id);
  if (shim && container.state.Running) {
    await shim.attach(client.fd, client.flags, client.detachKeys, client.rest);
    sys.close(client.fd);
  } else {
    waiting.set(container.id, [...(waiting.get(container.id) ?? []), client]);
  }
  emit(context, container, 'attach');
}
