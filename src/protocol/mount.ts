/** Bodies of the Docker Engine API 1.47 about mounts and volumes; names and meanings are that document's. */

/** `Mount`: an entry of `HostConfig.Mounts`, what `--mount` asks for. */
export interface Mount {
  readonly Type: string;
  /** A volume's name, a path of the machine; '' for an anonymous volume or a tmpfs. */
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Record<string, string>;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Record<string, string> };
    readonly Subpath?: string;
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

/** `MountPoint`: a mount of a container as `inspect` and `ps` show it. */
export interface MountPoint {
  readonly Type: 'bind' | 'volume' | 'tmpfs';
  /** Of a volume. */
  readonly Name?: string;
  /** Path on the machine; '' for a tmpfs. */
  readonly Source: string;
  readonly Destination: string;
  readonly Driver?: string;
  /** The options that stood behind the last colon of `-v`; `z` for a named volume without any. */
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
}

/** `Volume`, as `GET /volumes/{name}` answers. */
export interface VolumeBody {
  readonly CreatedAt: string;
  readonly Driver: string;
  readonly Labels: Record<string, string> | null;
  readonly Mountpoint: string;
  readonly Name: string;
  readonly Options: Record<string, string> | null;
  readonly Scope: 'local';
}
