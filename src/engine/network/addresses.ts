import { DEFAULT_BRIDGE, type LinkAddress } from './link.ts';

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => String((number >>> shift) & 0xff)).join('.');

/** The lowest free address of the default bridge, behind the gateway's. */
export function allocateAddress(taken: readonly string[]): LinkAddress {
  const used = new Set(taken.map(toNumber));
  let number = toNumber(DEFAULT_BRIDGE.gateway) + 1;
  while (used.has(number)) number++;
  return {
    address: toAddress(number),
    prefix: DEFAULT_BRIDGE.prefix,
    gateway: DEFAULT_BRIDGE.gateway,
  };
}
