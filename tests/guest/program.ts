/**
 * Programs for the guest that make system calls and nothing else: static i386 ELF, written byte by byte, so
 * that the tests need no compiler.
 */

/** A system call: its number, then up to six arguments; texts are passed by address. */
export type SystemCall = readonly [number: number, ...args: (number | string)[]];

const BASE = 0x08048000;
const HEADERS = 52 + 32;

const EXIT = 1;
const WRITE = 4;

/** `mov REGISTER, constant` for eax, ebx, ecx, edx, esi, edi and ebp. */
const MOVES = [0xb8, 0xbb, 0xb9, 0xba, 0xbe, 0xbf, 0xbd];
const LONGEST_CALL = 7 * 5 + 2 + 5;

/**
 * A program that makes the calls in order, writes their results to its standard output as 32-bit numbers
 * (negative: errno(3)), and ends with status 0.
 */
export function program(calls: readonly SystemCall[]): Uint8Array<ArrayBuffer> {
  const all: SystemCall[] = [...calls];
  const data = HEADERS + (all.length + 2) * LONGEST_CALL;
  const texts: number[] = [];
  const address = (text: string): number => {
    const at = BASE + data + texts.length;
    texts.push(...new TextEncoder().encode(text), 0);
    return at;
  };
  const code: number[] = [];
  const word = (value: number): void => {
    for (let shift = 0; shift < 32; shift += 8) code.push((value >>> shift) & 0xff);
  };
  const call = ([number, ...args]: SystemCall): void => {
    for (const [i, value] of [number, ...args].entries()) {
      code.push(MOVES[i] ?? 0);
      word(typeof value === 'number' ? value : address(value));
    }
    code.push(0xcd, 0x80); // int 0x80
  };
  const addresses = all.flatMap((each) => each.filter((value) => typeof value === 'string'));
  const textBytes = addresses.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  const results = BASE + data + textBytes;
  for (const [i, each] of all.entries()) {
    call(each);
    code.push(0xa3); // mov [address], eax
    word(results + i * 4);
  }
  call([WRITE, 1, results, all.length * 4]);
  call([EXIT, 0]);
  const size = data + textBytes + all.length * 4;
  const file = Buffer.alloc(data + textBytes);
  elfHeaders(file, size);
  file.set(code, HEADERS);
  file.set(texts, data);
  return new Uint8Array(file);
}

/** The ELF header and one program header: the whole file, readable, writable and executable. */
function elfHeaders(file: Buffer, memory: number): void {
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(3, 18); // EM_386
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(BASE + HEADERS, 24); // entry
  file.writeUInt32LE(52, 28); // program headers
  file.writeUInt16LE(52, 40);
  file.writeUInt16LE(32, 42);
  file.writeUInt16LE(1, 44);
  file.writeUInt32LE(1, 52); // PT_LOAD
  file.writeUInt32LE(BASE, 60);
  file.writeUInt32LE(BASE, 64);
  file.writeUInt32LE(file.length, 68);
  file.writeUInt32LE(memory, 72);
  file.writeUInt32LE(7, 76);
  file.writeUInt32LE(0x1000, 80);
}
