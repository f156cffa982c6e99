/**
 * `npm run machine -- --api 2375`: the computer without a page, its Engine API on a port of this computer's
 * loopback address, so that clients that know nothing of this project can use it.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withPackages } from '../packages/site.ts';
import { bundledPackages } from '../packages/node.ts';
import { createRegistry, memoryStore } from '../registry/index.ts';
import { directoryStorage } from '../registry/storage/directory.ts';
import { fileAssets } from './assets-node.ts';
import { engineReady } from './control.ts';
import { MachineError, reasonOf } from './errors.ts';
import { forward } from './forward.ts';
import { createGateway } from './gateway/gateway.ts';
import { relayProblem } from './gateway/relay.ts';
import { Machine } from './machine.ts';
import { serveRegistry } from './registry.ts';

const USAGE = `Usage: npm run machine -- [--api PORT] [--cold] [--memory MB] [--console] [--images FOLDER] [--relay URL] [--hub]

  --api PORT       forward 127.0.0.1:PORT to the Engine API (default 2375; 0 takes a free port)
  --cold           boot the kernel instead of restoring the snapshot
  --memory MB      memory of a cold machine (default 128)
  --console        use this terminal as the machine's first console; Ctrl-] ends it
  --images FOLDER  what the machine's registry serves (default public/images)
  --relay URL      ask other registries by way of this server instead of directly
  --hub            ask Docker Hub for images that are not bundled`;

const ENGINE_PORT = 2375;
/** Ctrl-]: what telnet ends with, so that Ctrl-C can reach the guest. */
const ESCAPE = 0x1d;

const IMAGES = fileURLToPath(new URL('../../public/images/', import.meta.url));

interface Options {
  readonly api: number;
  readonly cold: boolean;
  readonly memory: number;
  readonly console: boolean;
  readonly images: string;
  /** '' for none. */
  readonly relay: string;
  readonly hub: boolean;
}

/** The command line; throws with what is wrong about it. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      api: { type: 'string', default: String(ENGINE_PORT) },
      cold: { type: 'boolean', default: false },
      memory: { type: 'string', default: '128' },
      console: { type: 'boolean', default: false },
      images: { type: 'string', default: IMAGES },
      relay: { type: 'string', default: '' },
      hub: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.relay !== '' && relayProblem(values.relay) !== null) {
    throw new Error(`--relay takes an https address, not "${values.relay}".`);
  }
  return {
    api: numberIn(values.api, '--api', 0, 65_535),
    cold: values.cold,
    memory: numberIn(values.memory, '--memory', 64, 2048),
    console: values.console,
    images: values.images,
    relay: values.relay,
    hub: values.hub,
  };
}

function numberIn(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${option} takes a number from ${least} to ${most}, not "${text}".`);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  const started = performance.now();
  const machine = await Machine.create({
    assets: fileAssets(),
    cold: options.cold,
    memory: options.memory,
  });
  // What is pushed lasts as long as the machine.
  const storage = directoryStorage(options.images);
  const registry = createRegistry({ storage, store: memoryStore(), access: 'users' });
  serveRegistry(
    machine,
    withPackages(registry, bundledPackages),
    createGateway({
      relay: () => options.relay,
      hub: options.hub,
      advice: 'start the machine with --hub, or with --relay URL',
    }),
  );
  let over = (): void => undefined;
  const end = new Promise<void>((resolve) => {
    over = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, over);
  machine.on('crash', (reason) => {
    console.error(reason.message);
    process.exitCode = 1;
    over();
  });
  const door = await forward(machine, options.api, ENGINE_PORT);
  if (options.cold) await ready(machine);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `machine: ready after ${seconds} s; docker -H tcp://127.0.0.1:${door.port} ps` +
      (options.console ? '; Ctrl-] ends it' : '; Ctrl-C ends it'),
  );
  if (options.console) attach(machine, over);
  await end;
  if (options.console && process.stdin.isTTY) process.stdin.setRawMode(false);
  process.stdin.pause();
  await door.close();
  await machine.destroy();
}

async function ready(machine: Machine): Promise<void> {
  for (;;) {
    try {
      if (await engineReady(machine.network)) return;
    } catch (error) {
      if (error instanceof MachineError && error.code === 'crashed') throw error;
    }
    await new Promise((next) => setTimeout(next, 20)); // init is not there yet
  }
}

/** Makes this terminal the machine's first console. */
function attach(machine: Machine, over: () => void): void {
  const [console] = machine.consoles;
  const { stdin, stdout } = process;
  const resize = (): void => console.resize(stdout.columns ?? 80, stdout.rows ?? 24);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.on('resize', resize);
  resize();
  console.onData((bytes) => stdout.write(bytes));
  stdin.on('data', (bytes) => {
    if (stdin.isTTY && bytes.includes(ESCAPE)) over();
    else void console.write(new Uint8Array(bytes)).catch(() => undefined); // the machine is being switched off
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(`machine: ${reasonOf(error)}`);
    process.exit(1);
  });
}
