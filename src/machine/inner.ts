/** The parts of v86 that its type file leaves out and that the emulator uses. */

/** A ring of buffers that the guest offers to a device (Virtual I/O Device 1.1, 2.6 "Split Virtqueues"). */
interface Virtqueue {
  is_configured(): unknown;
  has_request(): boolean;
  pop_request(): BufferChain;
  push_reply(chain: BufferChain): void;
  flush_replies(): void;
}

/** One buffer of a ring, being filled by the device. */
interface BufferChain {
  readonly length_writable: number;
  set_next_blob(bytes: Uint8Array): number;
}

interface VirtioDevice {
  readonly pci_space: readonly number[];
  readonly queues: readonly Virtqueue[];
}

/** The parts of a v86 instance that this folder uses. v86 does not rename its properties when it is minified. */
export interface Inner {
  readonly bus: { send(event: string, value: unknown): void };
  readonly v86: {
    do_tick(): void;
    /** Lets `do_tick` run after so many milliseconds: 0 while there is work, more when the processor sleeps. */
    yield(milliseconds: number, tick: number): void;
    yield_callback(tick: number): void;
    save_state(): ArrayBuffer;
    restore_state(state: ArrayBuffer): void;
    readonly cpu: {
      /** The guest's memory; another view of it once the emulator's own memory has grown. */
      readonly mem8: Uint8Array;
      is_memory_zeroed(address: number, bytes: number): number;
      pack_memory: () => {
        readonly packed_memory: Uint8Array;
        readonly bitmap: { get_buffer(): ArrayBuffer };
      };
      zero_memory: (address: number, bytes: number) => void;
      readonly devices: {
        readonly virtio_console: { readonly virtio: VirtioDevice };
        readonly virtio_net: { readonly virtio: VirtioDevice; readonly mac: Uint8Array };
      };
      readonly io: { readonly ports: readonly { write16(this: unknown, value: number): void }[] };
    };
  };
  add_listener(event: string, listener: (value: never) => void): void;
  run(): Promise<void>;
  stop(): Promise<void>;
  is_running(): boolean;
  save_state(): Promise<ArrayBuffer>;
  destroy(): Promise<void>;
}
