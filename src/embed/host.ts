import { commands, isOtherVersion, readMessage, sealed, VERSION } from './protocol.ts';
import type { EmbedCommand, EmbedEvent } from './protocol.ts';

/** The part of a window that the conversation needs. */
export interface HostWindow {
  readonly parent: Pick<Window, 'postMessage'>;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/**
 * The page around the frame, as the frame sees it. The first parent that greets is the one that is answered, at the
 * origin that it greeted from; everybody else is neither heard nor told anything. Events wait for the greeting.
 */
export class Host {
  readonly #window: HostWindow;
  #origin: string | null = null;
  #waiting: EmbedEvent[] = [];

  /** @param onCommand Called with each command of the greeter. */
  constructor(
    window: HostWindow,
    onCommand: (command: Exclude<EmbedCommand, { type: 'greet' }>) => void,
  ) {
    this.#window = window;
    const around: unknown = window.parent;
    if (around === window) return; // nobody embeds it
    window.addEventListener('message', ({ source, origin, data }) => {
      // A page without an origin of its own (a file, a sandboxed frame) cannot be told from any other such page.
      if (source !== window.parent || origin === 'null') return;
      if (this.#origin !== null && origin !== this.#origin) return;
      if (isOtherVersion(data)) {
        const message = `This frame speaks version ${String(VERSION)} of the protocol.`;
        window.parent.postMessage(sealed({ type: 'error', code: 'version', message }), origin);
        return;
      }
      const command = readMessage(data, commands);
      if (command?.type === 'greet') this.#greeted(origin);
      else if (command !== null && this.#origin !== null) onCommand(command);
    });
    window.parent.postMessage(sealed({ type: 'hello' }), '*');
  }

  /** Tells the page around; before it has greeted, as soon as it does. */
  send(event: EmbedEvent): void {
    if (this.#origin === null) this.#waiting.push(event);
    else this.#window.parent.postMessage(sealed(event), this.#origin);
  }

  #greeted(origin: string): void {
    this.#origin = origin;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.send(event);
  }
}
