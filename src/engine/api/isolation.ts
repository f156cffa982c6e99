import * as v from 'valibot';
import type { Isolation } from '../../protocol/isolation.ts';

const text = v.optional(v.nullable(v.string()), '');
const number = v.optional(v.nullable(v.pipe(v.number(), v.safeInteger())), 0);
const throttles = v.nullish(v.array(v.looseObject({ Path: text, Rate: number })));

/** Fields of `HostConfig` that {@link Isolation} names, as clients send them. */
export const isolationFields = {
  PidMode: text,
  IpcMode: text,
  UTSMode: text,
  UsernsMode: text,
  CgroupnsMode: text,
  Init: v.nullish(v.boolean()),
  Devices: v.nullish(
    v.array(
      v.looseObject({ PathOnHost: v.string(), PathInContainer: text, CgroupPermissions: text }),
    ),
  ),
  DeviceCgroupRules: v.nullish(v.array(v.string())),
  CgroupParent: text,
  CpusetMems: text,
  MemorySwappiness: v.nullish(v.pipe(v.number(), v.safeInteger())),
  OomKillDisable: v.nullish(v.boolean()),
  BlkioWeight: number,
  BlkioWeightDevice: v.nullish(v.array(v.looseObject({ Path: text, Weight: number }))),
  BlkioDeviceReadBps: throttles,
  BlkioDeviceWriteBps: throttles,
  BlkioDeviceReadIOps: throttles,
  BlkioDeviceWriteIOps: throttles,
};

type Given = Partial<v.InferOutput<v.ObjectSchema<typeof isolationFields, undefined>>>;
type Throttles = Given['BlkioDeviceReadBps'];

const throttle = (list: Throttles): Isolation['BlkioDeviceReadBps'] =>
  list?.map(({ Path, Rate }) => ({ Path: Path ?? '', Rate: Rate ?? 0 })) ?? null;

/** The same with every default filled in. */
export function isolationOf(given: Given): Isolation {
  return {
    PidMode: given.PidMode ?? '',
    IpcMode: given.IpcMode ?? '',
    UTSMode: given.UTSMode ?? '',
    UsernsMode: given.UsernsMode ?? '',
    CgroupnsMode: given.CgroupnsMode ?? '',
    ...(typeof given.Init === 'boolean' ? { Init: given.Init } : {}),
    Devices:
      given.Devices?.map(({ PathOnHost, PathInContainer, CgroupPermissions }) => ({
        PathOnHost,
        PathInContainer: PathInContainer || PathOnHost,
        CgroupPermissions: CgroupPermissions || 'rwm',
      })) ?? null,
    DeviceCgroupRules: given.DeviceCgroupRules ?? null,
    CgroupParent: given.CgroupParent ?? '',
    CpusetMems: given.CpusetMems ?? '',
    MemorySwappiness: given.MemorySwappiness ?? null,
    OomKillDisable: given.OomKillDisable ?? null,
    BlkioWeight: given.BlkioWeight ?? 0,
    BlkioWeightDevice:
      given.BlkioWeightDevice?.map(({ Path, Weight }) => ({
        Path: Path ?? '',
        Weight: Weight ?? 0,
      })) ?? null,
    BlkioDeviceReadBps: throttle(given.BlkioDeviceReadBps),
    BlkioDeviceWriteBps: throttle(given.BlkioDeviceWriteBps),
    BlkioDeviceReadIOps: throttle(given.BlkioDeviceReadIOps),
    BlkioDeviceWriteIOps: throttle(given.BlkioDeviceWriteIOps),
  };
}
