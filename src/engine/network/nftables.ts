import {
  attribute,
  be16,
  be32,
  CREATE,
  message,
  nested,
  text,
  u8,
  u16,
  u32,
  type Bytes,
} from './netlink.ts';

/**
 * The part of nftables that the firewall needs, as netlink messages (linux/netfilter/nf_tables.h):
 * chains of rules, rules of expressions that pass values on in registers, sets and maps.
 *
 * Family `ip` only. A batch is carried out as a whole or not at all.
 */
export const NETLINK_NETFILTER = 12;

const NFPROTO_IPV4 = 2;
const SUBSYSTEM = 10;
const BATCH_BEGIN = 16;
const BATCH_END = 17;

/** Messages, by their number in the subsystem. */
const NEW_TABLE = 0;
const NEW_CHAIN = 3;
const NEW_RULE = 6;
const NEW_SET = 9;
const NEW_ELEMENTS = 12;
const DESTROY_TABLE = 26;
const DESTROY_ELEMENTS = 30;

/** Registers hold 16 bytes; the small ones are quarters of them. */
export const REGISTER = [8, 9, 10, 11, 12, 13, 14, 15] as const;

/** A message of a batch, before it knows its place there. */
type Draft = (sequence: number) => number[];

const header = (subsystem: number): number[] => [NFPROTO_IPV4, 0, ...be16(subsystem)];

function draft(type: number, flags: number, ...attributes: readonly Bytes[]): Draft {
  return (sequence) => message((SUBSYSTEM << 8) | type, flags, sequence, header(0), ...attributes);
}

/** One transaction. */
export function batch(drafts: readonly Draft[]): Uint8Array {
  const begin = message(BATCH_BEGIN, 0, 0, header(SUBSYSTEM));
  const end = message(BATCH_END, 0, drafts.length + 1, header(SUBSYSTEM));
  return Uint8Array.from([...begin, ...drafts.flatMap((each, i) => each(i + 1)), ...end]);
}

/** Where a packet meets a chain: `NF_INET_*`, and before or after whom. */
export interface Hook {
  readonly type: 'filter' | 'nat';
  readonly at: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
}

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

export class Table {
  readonly #name: number[];

  constructor(name: string) {
    this.#name = text(name);
  }

  create(): Draft {
    return draft(NEW_TABLE, CREATE, attribute(1, this.#name));
  }

  /** Gone afterwards, whether it was there or not. */
  destroy(): Draft {
    return draft(DESTROY_TABLE, 0, attribute(1, this.#name));
  }

  chain(name: string, hook?: Hook): Draft {
    const hooked = hook
      ? [
          nested(4, attribute(1, be32(HOOKS.indexOf(hook.at))), attribute(2, be32(hook.priority))),
          attribute(7, text(hook.type)),
        ]
      : [];
    return draft(NEW_CHAIN, CREATE, attribute(1, this.#name), attribute(3, text(name)), ...hooked);
  }

  /** A rule behind the chain's others. */
  rule(chain: string, ...expressions: readonly Bytes[]): Draft {
    const APPEND = 0x800;
    return draft(
      NEW_RULE,
      CREATE | APPEND,
      attribute(1, this.#name),
      attribute(2, text(chain)),
      nested(4, ...expressions),
    );
  }

  /** A set of keys of so many bytes; with data of so many bytes a map. `id` tells sets of a batch apart. */
  set(name: string, id: number, keyLength: number, dataLength?: number): Draft {
    const MAP = 8;
    const ANY_TYPE = 0;
    return draft(
      NEW_SET,
      CREATE,
      attribute(1, this.#name),
      attribute(2, text(name)),
      attribute(3, be32(dataLength === undefined ? 0 : MAP)),
      attribute(4, be32(ANY_TYPE)),
      attribute(5, be32(keyLength)),
      ...(dataLength === undefined
        ? []
        : [attribute(6, be32(ANY_TYPE)), attribute(7, be32(dataLength))]),
      attribute(10, be32(id)),
    );
  }

  add(set: string, elements: readonly Element[]): Draft {
    return this.#elements(NEW_ELEMENTS, CREATE, set, elements);
  }

  /** Elements that are not there are success. */
  remove(set: string, keys: readonly Bytes[]): Draft {
    return this.#elements(
      DESTROY_ELEMENTS,
      0,
      set,
      keys.map((key) => ({ key })),
    );
  }

  #elements(type: number, flags: number, set: string, elements: readonly Element[]): Draft {
    return draft(
      type,
      flags,
      attribute(1, this.#name),
      attribute(2, text(set)),
      nested(
        3,
        ...elements.map(({ key, data }) =>
          nested(1, nested(1, value(key)), ...(data ? [nested(2, value(data))] : [])),
        ),
      ),
    );
  }
}

/** A key of a set, with its data in a map. */
export interface Element {
  readonly key: Bytes;
  readonly data?: Bytes;
}

const value = (bytes: Bytes): number[] => attribute(1, bytes);

function expression(name: string, ...attributes: readonly Bytes[]): number[] {
  return nested(1, attribute(1, text(name)), nested(2, ...attributes));
}

/** Bytes of a device's name as sets and comparisons hold it. */
export function deviceKey(name: string): number[] {
  const bytes = text(name);
  return [...bytes, ...Array<number>(16 - bytes.length).fill(0)];
}

export const META = { inputDevice: 6, outputDevice: 7, protocol: 16 } as const;

export function meta(key: number, register: number): number[] {
  return expression('meta', attribute(1, be32(register)), attribute(2, be32(key)));
}

export function payload(
  base: 'network' | 'transport',
  offset: number,
  length: number,
  register: number,
): number[] {
  return expression(
    'payload',
    attribute(1, be32(register)),
    attribute(2, be32(base === 'network' ? 1 : 2)),
    attribute(3, be32(offset)),
    attribute(4, be32(length)),
  );
}

export function compare(register: number, operator: 'is' | 'isNot', bytes: Bytes): number[] {
  return expression(
    'cmp',
    attribute(1, be32(register)),
    attribute(2, be32(operator === 'is' ? 0 : 1)),
    nested(3, value(bytes)),
  );
}

/** Ends the rule when the key is not in the set; with `into`, what a map has for it goes there. */
export function lookup(set: string, register: number, into?: number): number[] {
  return expression(
    'lookup',
    attribute(1, text(set)),
    attribute(2, be32(register)),
    ...(into === undefined ? [] : [attribute(3, be32(into))]),
  );
}

export function load(register: number, bytes: Bytes): number[] {
  return expression('immediate', attribute(1, be32(register)), nested(2, value(bytes)));
}

/** `NF_DROP`, `NF_ACCEPT` and `NFT_JUMP`. */
const VERDICTS = { drop: 0, accept: 1, jump: -3 } as const;

export function verdict(code: keyof typeof VERDICTS, chain?: string): number[] {
  const target = chain === undefined ? [] : [attribute(2, text(chain))];
  return expression(
    'immediate',
    attribute(1, be32(0)),
    nested(2, nested(2, attribute(1, be32(VERDICTS[code])), ...target)),
  );
}

/** The connection's destination becomes the address and the port in the registers. */
export function destinationNat(addressRegister: number, portRegister: number): number[] {
  return expression(
    'nat',
    attribute(1, be32(1)),
    attribute(2, be32(NFPROTO_IPV4)),
    attribute(3, be32(addressRegister)),
    attribute(5, be32(portRegister)),
  );
}

/** The connection's source becomes the address of the device by which it leaves. */
export const masquerade = (): number[] => expression('masq');

/** Answers with a TCP reset: the port is as if nobody listened. */
export const reset = (): number[] =>
  expression('reject', attribute(1, be32(1)), attribute(2, u8(0)));

export const CONNECTION = { state: 0, status: 2 } as const;

/** Ends the rule when none of the bits is set in what connection tracking knows of the packet. */
export function connectionHas(key: number, bits: number): number[] {
  const [register] = REGISTER;
  return [
    ...expression('ct', attribute(1, be32(register)), attribute(2, be32(key))),
    ...expression(
      'bitwise',
      attribute(1, be32(register)),
      attribute(2, be32(register)),
      attribute(3, be32(4)),
      nested(4, value(u32(bits))),
      nested(5, value(u32(0))),
    ),
    ...compare(register, 'isNot', u32(0)),
  ];
}

/** Ends the rule unless the packet's destination is an address of this machine. */
export function destinationIsLocal(): number[] {
  const [register] = REGISTER;
  const ADDRESS_TYPE = 3;
  const DESTINATION = 2;
  const RTN_LOCAL = 2;
  return [
    ...expression(
      'fib',
      attribute(1, be32(register)),
      attribute(2, be32(ADDRESS_TYPE)),
      attribute(3, be32(DESTINATION)),
    ),
    ...compare(register, 'is', u32(RTN_LOCAL)),
  ];
}

/** A port number as a register holds it. */
export const portKey = (port: number): number[] => [...be16(port), 0, 0];
/** A protocol number (IPPROTO_*) as a register holds it. */
export const protocolKey = (protocol: number): number[] => [...u16(protocol), 0, 0];
