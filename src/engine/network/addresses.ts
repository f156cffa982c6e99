/** IPv4 addresses as numbers, blocks of them (RFC 4632), and who gets which. */

/** A block: its first address, and how many bits all of it share. */
export interface Block {
  readonly base: number;
  readonly prefix: number;
}

/** `a.b.c.d` as an unsigned number; null when it is none. */
export function parseAddress(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const parts = match.slice(1).map(Number);
  return parts.every((part) => part <= 255)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : null;
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => String((number >>> shift) & 0xff)).join('.');
}

export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

/** `a.b.c.d/n`; null when it is none. The base is as it was written, whatever its lower bits. */
export function parseCidr(text: string): Block | null {
  const [address = '', prefix = '', ...more] = text.split('/');
  const base = parseAddress(address);
  if (base === null || more.length > 0 || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) {
    return null;
  }
  return { base, prefix: Number(prefix) };
}

/** The block without the bits that its prefix leaves open. */
export function masked({ base, prefix }: Block): Block {
  return { base: base - (base % sizeOf(prefix)), prefix };
}

export const toCidr = ({ base, prefix }: Block): string => `${toAddress(base)}/${String(prefix)}`;

export function contains(block: Block, address: number): boolean {
  return address >= block.base && address < block.base + sizeOf(block.prefix);
}

export function overlap(a: Block, b: Block): boolean {
  return contains(a, b.base) || contains(b, a.base);
}

/** Blocks for networks whose subnet nobody named, in Docker's order. */
function* pools(): Generator<Block> {
  for (let second = 17; second <= 31; second++) {
    yield { base: (172 * 256 + second) * 65536, prefix: 16 };
  }
  for (let third = 0; third < 256; third += 16) {
    yield { base: ((192 * 256 + 168) * 256 + third) * 256, prefix: 20 };
  }
}

/** The first pool that touches none of `taken`; null when there is no more. */
export function freePool(taken: readonly Block[]): Block | null {
  for (const pool of pools()) if (!taken.some((block) => overlap(block, pool))) return pool;
  return null;
}

/**
 * The lowest free address of `range` inside `subnet`; the subnet's first and last are nobody's. Null
 * when all are taken.
 */
export function freeAddress(
  subnet: Block,
  range: Block,
  taken: ReadonlySet<number>,
): number | null {
  const first = Math.max(range.base, subnet.base + 1);
  const last = Math.min(
    range.base + sizeOf(range.prefix) - 1,
    subnet.base + sizeOf(subnet.prefix) - 2,
  );
  for (let number = first; number <= last; number++) if (!taken.has(number)) return number;
  return null;
}

/** Docker's hardware address of an interface: locally administered, with the address in it. */
export function hardwareAddress(address: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
  return ['02', '42', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
