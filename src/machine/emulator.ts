import { V86 } from 'v86';
import { MachineError } from './errors.ts';
import { PAGE } from './session/pages.ts';
import type { Inner } from './inner.ts';

/**
 * The largest packet that travels between page and guest, in bytes; the guest takes it from the device. Few
 * big packets cost the emulated processor less than many small ones, but the guest needs each in one piece
 * of memory when it sends: this size, with the kernel's own headers, fits a block of 8 KiB.
 */
export const MTU = 7_500;

interface BootImages {
  readonly bios: ArrayBuffer;
  readonly vgaBios: ArrayBuffer;
  readonly kernel: ArrayBuffer;
  readonly initrd: ArrayBuffer;
}

export interface EmulatorOptions {
  /** v86's WebAssembly, compiled. */
  readonly code: WebAssembly.Module;
  /** Memory of the guest in MiB; a state restores only into the size that it was saved with. */
  readonly memory: number;
  /** What to boot; absent when a state will be restored. */
  readonly boot?: BootImages;
}

/** First byte of a virtio-net header: the device vouches for the checksum (5.1.6 "Device Operation"). */
const DATA_VALID = 2;
const NET_HEADER = 12;

/** Sleeps of at least so many milliseconds are timed by the page itself. */
const LONG_SLEEP = 8;

/** v86's IO port, at power-on, where the guest says that a queue with notify offset 0 has new buffers. */
const NOTIFY_BAR = 0x14;

/**
 * The kernel's command line for so much memory, in MiB: its log to the serial port only when something is
 * wrong; freed memory is zeros, which a snapshot does not store; and a map of the memory in place of the BIOS's,
 * because SeaBIOS holds 16 MB until it boots a disk, and v86 starts the kernel from an option ROM before that.
 */
function commandLine(memory: number): string {
  const map = `memmap=exactmap memmap=639K@0 memmap=${memory - 1}M@1M`;
  return `console=ttyS0 quiet loglevel=4 tsc=reliable random.trust_cpu=on panic=-1 init_on_free=1 ${map}`;
}

/** The emulated computer: thin, typed, and the only module that knows v86. */
export class Emulator {
  readonly #inner: Inner;
  #onCrash: (reason: unknown) => void = () => undefined;
  /** Where the emulation gives others their turn, in a browser. */
  #turns: MessagePort | null = null;

  private constructor(inner: Inner) {
    this.#inner = inner;
  }

  /** Makes a stopped computer. */
  static create(options: EmulatorOptions): Promise<Emulator> {
    return new Promise((resolve) => {
      const image = (buffer: ArrayBuffer): { buffer: ArrayBuffer } => ({ buffer });
      const boot = options.boot;
      const v86 = new V86({
        wasm_fn: async (imports) => (await WebAssembly.instantiate(options.code, imports)).exports,
        memory_size: options.memory * 1024 * 1024,
        vga_memory_size: 1024 * 1024,
        acpi: true, // switches the local APIC on
        virtio_console: { type: 'none' },
        net_device: { type: 'virtio', mtu: MTU },
        preserve_mac_from_state_image: true,
        disable_keyboard: true,
        disable_mouse: true,
        disable_speaker: true,
        autostart: false,
        ...(boot && {
          bios: image(boot.bios),
          vga_bios: image(boot.vgaBios),
          bzimage: image(boot.kernel),
          initrd: image(boot.initrd),
          cmdline: commandLine(options.memory),
        }),
      });
      // v86's type file leaves out its buses and devices; `Inner` lists what is used of them
      const inner = v86 as unknown as Inner;
      inner.add_listener('emulator-loaded', () => {
        const emulator = new Emulator(inner);
        emulator.#catchCrashes();
        emulator.#sleepWell();
        resolve(emulator);
      });
    });
  }

  #catchCrashes(): void {
    const core = this.#inner.v86;
    const tick = core.do_tick;
    core.do_tick = (): void => {
      try {
        tick.call(core);
      } catch (error) {
        this.#onCrash(error);
      }
    };
  }

  /**
   * Sleeps whole milliseconds, rounded up. v86 would wake a little too early, since timers take whole numbers,
   * and then spin until it is time: a guest with nothing to do kept the page busy for a millisecond in thirty.
   * It also times every sleep in a worker, because browsers round short ones of the page up to 4 ms. Long ones
   * need no such detour; nor does letting others have their turn, between two milliseconds of work, which then
   * waited for two threads to wake.
   */
  #sleepWell(): void {
    const core = this.#inner.v86;
    const original = core.yield;
    // Node has setImmediate, which v86 uses there
    const turns = 'setImmediate' in globalThis ? null : new MessageChannel();
    if (turns) {
      turns.port1.onmessage = ({ data }: MessageEvent<number>) => core.yield_callback(data);
      // a port that listens is never collected, and the guest's whole memory hangs on it
      this.#turns = turns.port1;
    }
    core.yield = (milliseconds, tick) => {
      const sleep = Math.ceil(milliseconds);
      if (sleep >= LONG_SLEEP) setTimeout(() => core.yield_callback(tick), sleep);
      else if (sleep < 1 && turns) turns.port2.postMessage(tick);
      else original.call(core, sleep, tick);
    };
  }

  /** Calls back when the emulator itself fails; it does not run on after that. */
  onCrash(callback: (reason: unknown) => void): void {
    this.#onCrash = callback;
  }

  /**
   * Loads a saved state, plain or zstd, into a computer that has never run. Throws whatever v86 throws.
   * v86 would first write zeros over the whole memory, which is zeros: that alone took longer than the rest,
   * and every tab would own all of its guest's memory instead of the part that is in use.
   */
  restore(state: ArrayBuffer): void {
    const { v86 } = this.#inner;
    const { zero_memory } = v86.cpu;
    v86.cpu.zero_memory = () => undefined;
    try {
      v86.restore_state(state);
    } finally {
      v86.cpu.zero_memory = zero_memory;
    }
  }

  run(): void {
    void this.#inner.run();
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  get running(): boolean {
    return this.#inner.is_running();
  }

  save(): Promise<ArrayBuffer> {
    return this.#inner.save_state();
  }

  /** The guest's memory, to be read in the same turn: it moves when the emulator needs more of its own. */
  get memory(): Uint8Array {
    return this.#inner.v86.cpu.mem8;
  }

  /** Whether a page of the memory is nothing but zeros. */
  isZero(page: number): boolean {
    return this.#inner.v86.cpu.is_memory_zeroed(page * PAGE, PAGE) !== 0;
  }

  /** What `save` gives, with no memory in it, and at once. Between two turns of the page the guest stands still. */
  saveDevices(): ArrayBuffer {
    const { v86 } = this.#inner;
    const { pack_memory } = v86.cpu;
    const bitmap = new ArrayBuffer(v86.cpu.mem8.length / PAGE / 8);
    v86.cpu.pack_memory = () => ({
      packed_memory: new Uint8Array(),
      bitmap: { get_buffer: () => bitmap },
    });
    try {
      return v86.save_state();
    } finally {
      v86.cpu.pack_memory = pack_memory;
    }
  }

  async destroy(): Promise<void> {
    await this.#inner.destroy();
    this.#turns?.close();
  }

  /** Bytes that the guest writes to its serial port: the kernel's log. */
  onSerial(callback: (byte: number) => void): void {
    this.#inner.add_listener('serial0-output-byte', callback);
  }

  /** Bytes that the guest writes to console `port` (0–3). */
  onConsole(port: number, callback: (bytes: Uint8Array) => void): void {
    this.#inner.add_listener(`virtio-console${port}-output-bytes`, callback);
  }

  /** Whether console `port` would take input now: without a free buffer in the guest, v86 drops it. */
  consoleReady(port: number): boolean {
    const queue =
      this.#inner.v86.cpu.devices.virtio_console.virtio.queues[port === 0 ? 0 : 2 * port + 2];
    return queue !== undefined && Boolean(queue.is_configured()) && queue.has_request();
  }

  /** Gives console `port` at most 4096 bytes (one of Linux's buffers); only when `consoleReady`. */
  consoleInput(port: number, bytes: Uint8Array): void {
    this.#inner.bus.send(`virtio-console${port}-input-bytes`, bytes);
  }

  /** Whether a resize would reach the guest now. */
  resizeReady(): boolean {
    const queue = this.#inner.v86.cpu.devices.virtio_console.virtio.queues[2];
    return queue !== undefined && Boolean(queue.is_configured()) && queue.has_request();
  }

  consoleResize(port: number, columns: number, rows: number): void {
    // v86 sends rows before columns, Linux reads columns first (`stty size` shows it)
    this.#inner.bus.send(`virtio-console${port}-resize`, [rows, columns]);
  }

  /** Calls back when the guest has given a device fresh buffers for input, from inside the emulation. */
  onBuffers(device: 'virtio_console' | 'virtio_net', callback: () => void): void {
    const space = this.#inner.v86.cpu.devices[device].virtio.pci_space;
    const address = ((space[NOTIFY_BAR] ?? 0) | ((space[NOTIFY_BAR + 1] ?? 0) << 8)) & ~3;
    // v86 moves these entries along when the guest moves the device's registers
    for (const port of device === 'virtio_console' ? [address, address + 4] : [address]) {
      const entry = this.#inner.v86.cpu.io.ports[port];
      if (!entry)
        throw new MachineError('start-failed', `v86 has no IO port ${port} for ${device}.`);
      const original = entry.write16;
      entry.write16 = function (value: number): void {
        original.call(this, value);
        callback();
      };
    }
  }

  /** Ethernet frames that the guest sends. */
  onFrame(callback: (frame: Uint8Array) => void): void {
    this.#inner.add_listener('net0-send', callback);
  }

  /** The address of the guest's network card: 6 bytes. A restored state brings its own. */
  get mac(): Uint8Array {
    return this.#inner.v86.cpu.devices.virtio_net.mac;
  }

  /** Hands a frame to the guest; false when the guest has no buffer free (nothing is lost then). */
  sendFrame(frame: Uint8Array): boolean {
    const queue = this.#inner.v86.cpu.devices.virtio_net.virtio.queues[0];
    if (!queue?.is_configured() || !queue.has_request()) return false;
    const chain = queue.pop_request();
    const header = new Uint8Array(NET_HEADER);
    header[0] = DATA_VALID;
    header[10] = 1; // one buffer
    chain.set_next_blob(header);
    chain.set_next_blob(frame);
    queue.push_reply(chain);
    queue.flush_replies();
    return true;
  }
}
