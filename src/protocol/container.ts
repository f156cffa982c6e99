import type { Mount } from './mount.ts';

/** Bodies of the Docker Engine API 1.47 about containers; field names and meanings are that document's. */
import type { NetworkHost } from './network.ts';
import type { Isolation } from './isolation.ts';

/** `ContainerConfig`: what an image or a `create` says about the process. */
export interface ContainerConfig {
  Hostname: string;
  Domainname: string;
  User: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  ExposedPorts?: Record<string, Record<string, never>>;
  Tty: boolean;
  OpenStdin: boolean;
  StdinOnce: boolean;
  Env: string[];
  Cmd: string[] | null;
  Image: string;
  Volumes: Record<string, Record<string, never>> | null;
  WorkingDir: string;
  Entrypoint: string[] | null;
  OnBuild: string[] | null;
  Labels: Record<string, string>;
  MacAddress?: string;
  StopSignal?: string;
  StopTimeout?: number;
  Healthcheck?: HealthConfig;
}

/** How to find out whether the service in a container works; spans in nanoseconds, 0 for the default. */
export interface HealthConfig {
  /** `[]` inherits, `['NONE']` is off, else `CMD` or `CMD-SHELL` and the command. */
  Test?: readonly string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  /** Failures in a row that make a container unhealthy. */
  Retries?: number;
}

/** `Resources` and the rest of `HostConfig` that this engine acts on. Sizes in bytes. */
export interface HostConfig extends Isolation, NetworkHost {
  AutoRemove: boolean;
  NetworkMode: string;
  RestartPolicy: { Name: string; MaximumRetryCount: number };
  Privileged: boolean;
  ReadonlyRootfs: boolean;
  CapAdd: string[] | null;
  CapDrop: string[] | null;
  SecurityOpt: string[] | null;
  LogConfig: { Type: string; Config: Record<string, string> };
  ConsoleSize: [number, number];
  Memory: number;
  MemoryReservation: number;
  MemorySwap: number;
  NanoCpus: number;
  CpuShares: number;
  CpuPeriod: number;
  CpuQuota: number;
  CpusetCpus: string;
  PidsLimit: number | null;
  ShmSize: number;
  MaskedPaths: string[];
  ReadonlyPaths: string[];
  OomScoreAdj: number;
  Tmpfs?: Record<string, string>;
  Binds: string[] | null;
  Mounts?: Mount[];
  VolumesFrom: string[] | null;
  VolumeDriver: string;
  GroupAdd: string[] | null;
  Ulimits: { Name: string; Soft: number; Hard: number }[] | null;
  Sysctls?: Record<string, string>;
}

/** Status words of `State.Status`. */
export type Status =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** `ContainerState`; times are RFC 3339 with nanoseconds, `0001-01-01T00:00:00Z` for never. */
export interface ContainerState {
  Status: Status;
  Running: boolean;
  Paused: boolean;
  Restarting: boolean;
  OOMKilled: boolean;
  Dead: boolean;
  Pid: number;
  ExitCode: number;
  Error: string;
  StartedAt: string;
  FinishedAt: string;
  /** Absent without a health check. */
  Health?: Health;
}

export interface Health {
  Status: 'starting' | 'healthy' | 'unhealthy';
  FailingStreak: number;
  /** The last probes, oldest first. */
  Log: HealthResult[];
}

/** One probe. */
export interface HealthResult {
  Start: string;
  End: string;
  /** Of the command; -1 when it did not end by itself. */
  ExitCode: number;
  Output: string;
}

/** What a time that never was looks like in the API: Go's zero time. */
export const NEVER = '0001-01-01T00:00:00Z';
