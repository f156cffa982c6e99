import { type FlagSpec, list, text } from '../flags.ts';
import { parseBytes } from '../format/units.ts';
import { type Body, some } from './body.ts';
import type { Flags } from '../flags.ts';

/** Flags about the speed of block devices, of which this machine has none: the daemon warns. */
export function blkioFlags(): FlagSpec[] {
  const rates = (name: string, usage: string, check: (value: string) => string): FlagSpec => ({
    ...list(name, '', usage, { check }),
    fallback: '[]',
  });
  return [
    text(
      'blkio-weight',
      '',
      'Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)',
      { type: 'uint16', check: checkWeight },
    ),
    rates('blkio-weight-device', 'Block IO weight (relative device weight)', checkDeviceWeight),
    rates('device-read-bps', 'Limit read rate (bytes per second) from a device', checkBytes),
    rates('device-read-iops', 'Limit read rate (IO per second) from a device', checkCount),
    rates('device-write-bps', 'Limit write rate (bytes per second) to a device', checkBytes),
    rates('device-write-iops', 'Limit write rate (IO per second) to a device', checkCount),
  ];
}

/** The same in the words of the API. */
export function blkioOptions(flags: Flags): Body {
  const pairs = (flag: string, value: string): Record<string, string | number>[] =>
    flags.list(flag).map((spec) => {
      const at = spec.indexOf(':');
      return { Path: spec.slice(0, at), [value]: Number(spec.slice(at + 1)) };
    });
  return {
    ...(flags.changed('blkio-weight') && { BlkioWeight: Number(flags.text('blkio-weight')) }),
    ...some('BlkioWeightDevice', pairs('blkio-weight-device', 'Weight')),
    ...some('BlkioDeviceReadBps', pairs('device-read-bps', 'Rate')),
    ...some('BlkioDeviceReadIOps', pairs('device-read-iops', 'Rate')),
    ...some('BlkioDeviceWriteBps', pairs('device-write-bps', 'Rate')),
    ...some('BlkioDeviceWriteIOps', pairs('device-write-iops', 'Rate')),
  };
}

function checkWeight(value: string): string {
  const parsing = `strconv.ParseUint: parsing ${JSON.stringify(value)}:`;
  if (!/^\d+$/.test(value)) throw new Error(`${parsing} invalid syntax`);
  if (Number(value) > 65535) throw new Error(`${parsing} value out of range`);
  return value;
}

/** Path and value of `/dev/x:value`. */
function split(spec: string): readonly [path: string, value: string] {
  const at = spec.indexOf(':');
  if (at < 0) throw new Error(`bad format: ${spec}`);
  const path = spec.slice(0, at);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${spec}`);
  return [path, spec.slice(at + 1)];
}

function checkDeviceWeight(spec: string): string {
  const [, weight] = split(spec);
  const number = Number(weight);
  const valid = /^\d+$/.test(weight) && (number === 0 || (number >= 10 && number <= 1000));
  if (!valid) throw new Error(`invalid weight for device: ${spec}`);
  return spec;
}

function checkBytes(spec: string): string {
  const [path, rate] = split(spec);
  try {
    const bytes = parseBytes(rate);
    if (bytes >= 0) return `${path}:${String(bytes)}`;
  } catch {
    // said below
  }
  throw new Error(
    `invalid rate for device: ${spec}. The correct format is <device-path>:<number>[<unit>]. ` +
      'Number must be a positive integer. Unit is optional and can be kb, mb, or gb',
  );
}

function checkCount(spec: string): string {
  const [, rate] = split(spec);
  if (/^\d+$/.test(rate)) return spec;
  throw new Error(
    `invalid rate for device: ${spec}. The correct format is <device-path>:<number>. ` +
      'Number must be a positive integer',
  );
}
