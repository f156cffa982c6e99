import type { WebContainer, WebContainerProcess } from '@webcontainer/api';

/** Why there is no Node.js here: the page is not isolated, its runtime cannot be fetched, or it did not come up. */
export type Obstacle = 'isolation' | 'network' | 'boot';

/** Thrown when the laptop cannot be switched on. */
export class ObstacleError extends Error {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle, cause?: unknown) {
    super(cause instanceof Error ? cause.message : obstacle, { cause });
    this.obstacle = obstacle;
  }
}

/** Where the runtime comes from; it is no part of this site. */
const SOURCE = 'https://stackblitz.com/headless';

/** How long a start may take before it counts as failed, in ms. */
const PATIENCE = 45_000;

/** Told of what happens on the laptop. */
export interface Listener {
  readonly onoutput: (text: string) => void;
  /** Something listens: the address that shows it. */
  readonly onserver: (url: string) => void;
  /** The program has ended. */
  readonly onexit: (code: number) => void;
}

/** Node.js in this page: StackBlitz's WebContainer. A page can have one. */
export class NodeRuntime {
  readonly #container: WebContainer;
  readonly #listener: Listener;
  #process: WebContainerProcess | null = null;

  private constructor(container: WebContainer, listener: Listener) {
    this.#container = container;
    this.#listener = listener;
    container.on('server-ready', (_port, url) => {
      listener.onserver(url);
    });
  }

  /** Whether the page has what the runtime needs: memory that is shared between its threads. */
  static get isPossible(): boolean {
    return window.crossOriginIsolated;
  }

  /** Fetches the runtime and starts it. @throws ObstacleError */
  static async boot(
    files: Readonly<Record<string, string>>,
    listener: Listener,
  ): Promise<NodeRuntime> {
    if (!NodeRuntime.isPossible) throw new ObstacleError('isolation');
    // Without a network the runtime's own start would wait for ever.
    await fetch(SOURCE, { mode: 'no-cors' }).catch((error: unknown) => {
      throw new ObstacleError('network', error);
    });
    const { WebContainer } = await import('@webcontainer/api').catch((error: unknown) => {
      throw new ObstacleError('network', error);
    });
    const booting = WebContainer.boot({ coep: 'credentialless', workdirName: 'harbour' });
    const late = new Promise<never>((_, failed) => {
      setTimeout(() => {
        failed(new Error(`${SOURCE} did not start within ${String(PATIENCE / 1000)} s`));
      }, PATIENCE);
    });
    try {
      const node = new NodeRuntime(await Promise.race([booting, late]), listener);
      for (const [path, text] of Object.entries(files)) await node.write(path, text);
      return node;
    } catch (error) {
      throw new ObstacleError('boot', error);
    }
  }

  /** Writes a file, with the folder that it is in. */
  async write(path: string, text: string): Promise<void> {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (folder !== '') await this.#container.fs.mkdir(folder, { recursive: true });
    await this.#container.fs.writeFile(path, text);
  }

  /** Runs `npm start`, in place of the one that runs. */
  async start(): Promise<void> {
    const before = this.#process;
    this.#process = null;
    before?.kill();
    await before?.exit;
    const process = await this.#container.spawn('npm', ['start']);
    this.#process = process;
    void process.output.pipeTo(
      new WritableStream({
        write: (text) => {
          this.#listener.onoutput(plain(text));
        },
      }),
    );
    void process.exit.then((code) => {
      if (this.#process === process) this.#listener.onexit(code);
    });
  }
}

/** Text without what a terminal would take for colours and movements (ECMA-48, 5.4). */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- those characters are what it is about
  return text.replaceAll(/\x1b\[[0-?]*[ -/]*[@-~]/g, '').replaceAll('\r\n', '\n');
}
