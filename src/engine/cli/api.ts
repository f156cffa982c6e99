/** The parts of the Engine API's documents (version 1.47) that the commands read. */

export interface PortSummary {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

/** An element of `GET /containers/json`. */
export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[] | null;
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly Ports: readonly PortSummary[] | null;
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly State: string;
  readonly Status: string;
  readonly NetworkSettings?: {
    readonly Networks?: Readonly<Record<string, unknown>> | null;
  } | null;
  readonly Mounts?:
    | readonly {
        readonly Type?: string;
        readonly Name?: string;
        readonly Source?: string;
        readonly Driver?: string;
      }[]
    | null;
}

/** An element of `GET /images/json`. */
export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize?: number;
  readonly Containers?: number;
}

/** What `GET /containers/…/json` tells a command that is about to attach. */
export interface ContainerDetails {
  readonly Id: string;
  readonly Name: string;
  readonly State: {
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly ExitCode: number;
  };
  readonly Config: {
    readonly Tty: boolean;
    readonly OpenStdin: boolean;
    readonly AttachStdin?: boolean;
  };
  readonly HostConfig?: { readonly AutoRemove?: boolean };
}

/** The answer of `POST /containers/…/wait`. */
export interface WaitResult {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string } | null;
}

/** One line of `POST /images/create` and its like. */
export interface ProgressMessage {
  readonly status?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly progressDetail?: ProgressDetail | null;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string; readonly code?: number } | null;
  readonly aux?: unknown;
}

/** How far a transfer is. */
export interface ProgressDetail {
  readonly current?: number;
  readonly total?: number;
  /** Seconds since the epoch. */
  readonly start?: number;
  readonly hidecounts?: boolean;
  /** What is counted when it is not bytes. */
  readonly units?: string;
}
