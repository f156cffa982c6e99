import { I386_SYSCALLS } from './syscalls.ts';

const I386 = 0x40000003;

/** The kernel's side of a filter: runs the program over one call and gives its verdict. */
export function run(
  program: Uint8Array,
  name: string | number,
  args: number | readonly number[] = 0,
  arch = I386,
): number {
  const nr = typeof name === 'number' ? name : I386_SYSCALLS.indexOf(name);
  const list = typeof args === 'number' ? [args] : args;
  const view = new DataView(program.buffer);
  let accumulator = 0;
  const load = (offset: number): number => {
    if (offset === 0) return nr;
    if (offset === 4) return arch;
    return offset % 8 === 0 ? (list[(offset - 16) / 8] ?? 0) : 0;
  };
  for (let pc = 0; ; pc++) {
    const code = view.getUint16(pc * 8, true);
    const k = view.getUint32(pc * 8 + 4, true);
    const jump = (taken: boolean): void => {
      pc += view.getUint8(pc * 8 + (taken ? 2 : 3));
    };
    if (code === 0x20) accumulator = load(k);
    else if (code === 0x05) pc += k;
    else if (code === 0x15) jump(accumulator === k);
    else if (code === 0x25) jump(accumulator > k);
    else if (code === 0x35) jump(accumulator >= k);
    else if (code === 0x45) jump((accumulator & k) !== 0);
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x06) return k;
    else throw new Error(`unknown instruction ${String(code)}`);
  }
}
