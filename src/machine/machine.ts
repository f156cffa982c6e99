import type { Assets, StoredState } from './assets.ts';
import { Console } from './console.ts';
import { refresh, rename } from './control.ts';
import { Listeners } from './duplex.ts';
import type { Disposable, Duplex } from './duplex.ts';
import { Emulator } from './emulator.ts';
import { MachineError, reasonOf } from './errors.ts';
import { request, upgrade } from './http/client.ts';
import type { RequestOptions } from './http/client.ts';
import type { Manifest } from './manifest.ts';
import { takeChanges } from './session/pages.ts';
import type { Marks } from './session/pages.ts';
import type { MachineCapture } from './session/keeper.ts';
import type { StateNote } from './session/store.ts';
import { Network } from './network/network.ts';

interface Progress {
  /** `code`: the emulator; `kernel`: what a cold boot needs; `state`: the snapshot; `start`: the guest itself. */
  readonly stage: 'code' | 'kernel' | 'state' | 'start';
  /** Bytes as they travel; 0 of 0 for `start`. */
  readonly loaded: number;
  readonly total: number;
}

export interface MachineOptions {
  readonly assets: Assets;
  /** Memory of the guest in MiB, 128 unless told; only for a cold boot, since a snapshot has its own. */
  readonly memory?: number;
  /** Boot the kernel instead of restoring the snapshot. */
  readonly cold?: boolean;
  /** Another host name than the snapshot's, to tell machines apart; its shells begin anew with it. */
  readonly hostname?: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** The TCP port of the guest's Engine API; containers cannot reach it. */
const ENGINE_PORT = 2375;
const DEFAULT_MEMORY = 128;

/** The emulated computer: four consoles, a network, and the Engine API behind `request`. */
export class Machine {
  readonly consoles: readonly [Console, Console, Console, Console];
  readonly network: Network;

  readonly #emulator: Emulator;
  readonly #crashes = new Listeners<MachineError>();
  readonly #log = new Listeners<string>();
  readonly #deeds = new Listeners<void>();
  #line = '';
  #over: MachineError | null = null;
  #paused = false;
  #refreshing = false;

  private constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const deed = (): void => this.#deeds.emit();
    this.network = new Network(emulator, (port) => {
      // what the engine is asked is mostly a look at it; clock and entropy are nobody's deed
      if (port !== ENGINE_PORT && !this.#refreshing) deed();
    });
    this.consoles = [
      new Console(emulator, 0, deed),
      new Console(emulator, 1, deed),
      new Console(emulator, 2, deed),
      new Console(emulator, 3, deed),
    ];
    emulator.onCrash((reason) => this.#crash(`the emulator failed: ${reasonOf(reason)}`, reason));
    emulator.onSerial((byte) => this.#serial(byte));
  }

  /**
   * Starts a machine: restores the snapshot (then its clock and random numbers are fresh when this resolves),
   * or boots the kernel (then this resolves when the kernel starts; the shells greet on the consoles).
   * Throws a MachineError whose message is a sentence for the person in front of it.
   */
  static async create(options: MachineOptions): Promise<Machine> {
    const machine = options.cold ? await boot(options) : await restore(options);
    options.onProgress?.({ stage: 'start', loaded: 0, total: 0 });
    return machine;
  }

  /** For `boot` and `restore` below. */
  static over(emulator: Emulator): Machine {
    return new Machine(emulator);
  }

  /** A request to the guest's Engine API, such as `/v1.47/containers/json`; bodies stream both ways. */
  request(path: string, options: RequestOptions = {}): Promise<Response> {
    if ((options.method ?? 'GET') !== 'GET') this.#deeds.emit();
    return request(() => this.network.connect(ENGINE_PORT), path, options);
  }

  /** A request that turns into a raw two-way stream (attach, exec start). */
  upgrade(
    path: string,
    options: RequestOptions = {},
  ): Promise<{ response: Response; stream: Duplex | null }> {
    this.#deeds.emit();
    return upgrade(() => this.network.connect(ENGINE_PORT), path, options);
  }

  /** The guest's serial port, line by line: what the kernel and init have to say. */
  onLog(callback: (line: string) => void): Disposable {
    return this.#log.add(callback);
  }

  /** Calls back once when the machine has stopped by itself; it cannot go on after that. */
  on(event: 'crash', callback: (reason: MachineError) => void): Disposable {
    return event === 'crash' ? this.#crashes.add(callback) : { dispose: () => undefined };
  }

  /** Stops the processor, as for a hidden page: it costs nothing until `resume`. */
  pause(): void {
    if (this.#over || this.#paused) return;
    this.#paused = true;
    void this.#emulator.stop();
  }

  /** Goes on after `pause`; the guest's clock is set again, since it stood still. */
  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#emulator.run();
    this.#refreshing = true;
    refresh(this.network)
      .catch(() => undefined) // the next resume tries again
      .finally(() => (this.#refreshing = false));
  }

  /** The state of the machine, taken while it stands still; it runs on afterwards unless it is paused. */
  async save(): Promise<ArrayBuffer> {
    if (this.#over) throw this.#over;
    await this.#emulator.stop();
    const state = await this.#emulator.save();
    if (!this.#paused) this.#emulator.run();
    return state;
  }

  /** The parts of the machine that changed since `known`, which tells of this moment then; takes 10 to 40 ms. */
  capture(known: Marks): MachineCapture {
    if (this.#over) throw this.#over;
    const emulator = this.#emulator;
    return {
      changes: takeChanges(emulator.memory, known, (page) => emulator.isZero(page)),
      devices: emulator.saveDevices(),
      connections: this.network.lost,
    };
  }

  /** Calls back whenever somebody does something with the machine, or it says something on a console. */
  onDeed(callback: () => void): Disposable {
    return this.#deeds.add(callback);
  }

  /** Lets the processor run; only `boot` and `restore` call it before anybody else has the machine. */
  start(): void {
    this.#emulator.run();
  }

  /** Ends the machine; every pending write, connection and request rejects with `destroyed`. */
  async destroy(): Promise<void> {
    const first = this.#over === null;
    this.#close(new MachineError('destroyed', 'The machine was switched off.'));
    if (first) await this.#emulator.destroy();
  }

  #close(reason: MachineError): void {
    this.#over ??= reason;
    this.network.close(reason);
    for (const console of this.consoles) console.close(reason);
  }

  #crash(what: string, cause?: unknown): void {
    if (this.#over) return;
    const reason = new MachineError(
      'crashed',
      `The emulated computer has stopped: ${what}. Start it again; what was not saved outside is lost.`,
      { cause },
    );
    this.#close(reason);
    void this.#emulator.stop();
    this.#crashes.emit(reason);
  }

  #serial(byte: number): void {
    if (byte !== 10) {
      if (byte !== 13) this.#line += String.fromCharCode(byte);
      return;
    }
    const line = this.#line;
    this.#line = '';
    this.#log.emit(line);
    const panic = /Kernel panic - not syncing: (.*)/.exec(line);
    if (panic) this.#crash(`its kernel gave up (${panic[1] ?? 'panic'})`);
    else if (/reboot: .*(Restarting system|System halted|Power down)/.test(line)) {
      this.#crash('somebody switched it off from inside');
    }
  }
}

async function boot(options: MachineOptions): Promise<Machine> {
  const { assets } = options;
  const [code, kernel, initrd, bios, vgaBios] = await Promise.all([
    assets.code(reading(options, 'code')),
    assets.read('kernel', reading(options, 'kernel')),
    assets.read('initrd', quiet(options)),
    assets.read('bios', quiet(options)),
    assets.read('vgaBios', quiet(options)),
  ]);
  const emulator = await Emulator.create({
    code,
    memory: options.memory ?? DEFAULT_MEMORY,
    boot: { kernel, initrd, bios, vgaBios },
  });
  const machine = Machine.over(emulator);
  for (const console of machine.consoles) console.resize(80, 24);
  machine.start();
  return machine;
}

async function restore(options: MachineOptions): Promise<Machine> {
  const { assets } = options;
  // the computer is put together while its memory is still on the way
  const arriving = assets.state(reading(options, 'state'));
  arriving.catch(() => undefined); // awaited below, unless something else fails first
  const [code, manifest] = await Promise.all([
    assets.code(reading(options, 'code')),
    assets.manifest(quiet(options)),
  ]);
  const emulator = await Emulator.create({ code, memory: manifest.memory });
  const machine = Machine.over(emulator);
  let saved: StateNote | undefined;
  try {
    const stored = await arriving;
    load(emulator, manifest, stored);
    saved = stored.saved;
  } catch (error) {
    await machine.destroy();
    throw error;
  }
  const { hostname } = options;
  if (saved) {
    for (const [index, shown] of saved.shown.entries())
      machine.consoles[index]?.preload(shown.text, shown);
    machine.network.reset(saved.connections);
  } else if (hostname === undefined) {
    for (const [index, console] of machine.consoles.entries())
      console.preload(manifest.shown[index] ?? '');
  }
  machine.start();
  try {
    await refresh(machine.network);
    if (hostname !== undefined) await rename(machine.network, hostname);
  } catch (error) {
    await machine.destroy();
    throw error;
  }
  return machine;
}

/** Puts the stored memory into the computer. Throws `snapshot-truncated` or `snapshot-rejected`. */
function load(emulator: Emulator, manifest: Manifest, { state, bytes, sha256 }: StoredState): void {
  if (bytes !== manifest.bytes) {
    throw new MachineError(
      'snapshot-truncated',
      `The snapshot ${manifest.state} is ${bytes} bytes long and should be ${manifest.bytes}: it was cut off on the way. Load it again.`,
    );
  }
  try {
    if (sha256 !== null && sha256 !== manifest.sha256)
      throw new Error('its bytes are not the ones that were saved');
    emulator.restore(state);
  } catch (error) {
    throw new MachineError(
      'snapshot-rejected',
      `The snapshot ${manifest.state} could not be restored (${reasonOf(error)}): it is damaged or belongs to another version. Load it again, or boot the computer from its kernel.`,
      { cause: error },
    );
  }
}

function reading(
  { onProgress, signal }: MachineOptions,
  stage: Progress['stage'],
): { onProgress: (loaded: number, total: number) => void; signal?: AbortSignal } {
  return {
    onProgress: (loaded, total) => onProgress?.({ stage, loaded, total }),
    ...(signal && { signal }),
  };
}

function quiet({ signal }: MachineOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
