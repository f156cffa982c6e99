import type { Duplex } from './duplex.ts';
import { MachineError } from './errors.ts';

/** init's own port: one line in, one line out; it answers nobody but the page. */
const CONTROL_PORT = 86;

interface Connector {
  connect(port: number): Promise<Duplex>;
}

/**
 * Sets the guest's clock to now and stirs 32 fresh random bytes into its pool. Everybody restores the same
 * memory: without it, everybody would get the same "random" container ids at the same wrong time.
 */
export async function refresh(network: Connector): Promise<void> {
  const entropy = crypto.getRandomValues(new Uint8Array(32));
  const hex = Array.from(entropy, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const now = Date.now();
  const epoch = `${Math.floor(now / 1000)}.${String(now % 1000).padStart(3, '0')}`;
  const answer = await ask(network, `restore ${epoch} ${hex}`);
  if (answer !== 'ok') {
    throw new MachineError(
      'guest-silent',
      `The guest refused its new clock and entropy (it answered "${answer}"): restart the machine.`,
    );
  }
}

/** Gives the machine another host name; its shells begin anew, since their prompts show it. */
export async function rename(network: Connector, name: string): Promise<void> {
  const answer = await ask(network, `rename ${name}`);
  if (answer !== 'ok') {
    throw new MachineError(
      'guest-silent',
      `The guest refused the name "${name}" (it answered "${answer}"): restart the machine.`,
    );
  }
}

/** Waits until the engine API answers. The guest holds its answer back until then. */
export async function engineReady(network: Connector): Promise<boolean> {
  return (await ask(network, 'ready?')) === 'ready';
}

async function ask(network: Connector, line: string): Promise<string> {
  const connection = await network.connect(CONTROL_PORT);
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  const reader = connection.readable.getReader();
  const decoder = new TextDecoder();
  let answer = '';
  while (!answer.includes('\n')) {
    const { done, value } = await reader.read();
    if (done) break;
    answer += decoder.decode(value, { stream: true });
  }
  await writer.close().catch(() => undefined); // the guest may have closed first
  await reader.cancel();
  return answer.trim();
}
