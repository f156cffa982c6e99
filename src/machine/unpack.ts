/** Entries of a table as large as v86.wasm asks for; nothing is called through it here. */
const TABLE = 1924;
/** What is unpacked at a time, in bytes: the piece is copied out of the instance's memory. */
const PIECE = 1024 * 1024;
/** A state's header (v86, src/state.js): magic number, version, length of the whole and of its description. */
const HEADER = 16;

interface Zstd {
  readonly memory: WebAssembly.Memory;
  zstd_create_ctx(length: number): number;
  zstd_get_src_ptr(context: number): number;
  zstd_read(context: number, length: number): number;
  zstd_read_free(pointer: number, length: number): void;
}

/**
 * Unpacks a state with the zstd decoder that the emulator's code brings along, in an instance of its own that
 * is thrown away. Throws when `packed` is no such state.
 */
export async function unpack(code: WebAssembly.Module, packed: ArrayBuffer): Promise<ArrayBuffer> {
  const env: Record<string, WebAssembly.ImportValue> = {};
  for (const { kind, name } of WebAssembly.Module.imports(code)) {
    env[name] =
      kind === 'table'
        ? new WebAssembly.Table({ element: 'anyfunc', initial: TABLE })
        : () => {
            throw new Error(`unpacking does not need ${name}`);
          };
  }
  const { exports } = await WebAssembly.instantiate(code, { env });
  // v86.wasm exports these, whatever else: the emulator itself unpacks with them
  const zstd = exports as unknown as Zstd;
  const context = zstd.zstd_create_ctx(packed.byteLength);
  const source = zstd.zstd_get_src_ptr(context) >>> 0;
  new Uint8Array(zstd.memory.buffer).set(new Uint8Array(packed), source);
  const read = (target: Uint8Array): void => {
    const pointer = zstd.zstd_read(context, target.length) >>> 0;
    target.set(new Uint8Array(zstd.memory.buffer, pointer, target.length));
    zstd.zstd_read_free(pointer, target.length);
  };
  const header = new Uint8Array(HEADER);
  read(header);
  const state = new Uint8Array(new DataView(header.buffer).getUint32(8, true));
  state.set(header);
  for (let at = HEADER; at < state.length; at += PIECE) read(state.subarray(at, at + PIECE));
  return state.buffer;
}
