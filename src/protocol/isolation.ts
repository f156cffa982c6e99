/** The part of `HostConfig` that says what a container shares with others and how much it may use. */

/** `DeviceMapping`: a device of the machine and where it stands in the container. */
export interface DeviceMapping {
  PathOnHost: string;
  PathInContainer: string;
  /** Some of `r`, `w` and `m` (mknod). */
  CgroupPermissions: string;
}

/** `ThrottleDevice`: bytes or operations a second of one block device. */
export interface ThrottleDevice {
  Path: string;
  Rate: number;
}

/** `WeightDevice` */
export interface WeightDevice {
  Path: string;
  Weight: number;
}

/** Modes are '' for the container's own, `host`, `container:<id>`, and what each says beside. */
export interface Isolation {
  PidMode: string;
  /** Also `none`, `private` and `shareable`. */
  IpcMode: string;
  UTSMode: string;
  UsernsMode: string;
  /** `private` or `host`. */
  CgroupnsMode: string;
  /** An init of ours is process 1, and the command its child; null for the daemon's default: no. */
  Init?: boolean;
  Devices: DeviceMapping[] | null;
  /** Lines such as `c 42:* rmw`. */
  DeviceCgroupRules: string[] | null;
  /** A directory below the root of the control groups; '' for `/docker`. */
  CgroupParent: string;
  CpusetMems: string;
  /** null where the kernel has no such thing, which is everywhere with control groups of version 2. */
  MemorySwappiness: number | null;
  OomKillDisable: boolean | null;
  BlkioWeight: number;
  BlkioWeightDevice: WeightDevice[] | null;
  BlkioDeviceReadBps: ThrottleDevice[] | null;
  BlkioDeviceWriteBps: ThrottleDevice[] | null;
  BlkioDeviceReadIOps: ThrottleDevice[] | null;
  BlkioDeviceWriteIOps: ThrottleDevice[] | null;
}
