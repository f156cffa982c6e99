/**
 * Volumes: directories that outlive containers (the `local` driver).
 *
 *     /var/lib/docker/volumes/<name>/_data         what a container sees
 *                                    /volume.json  what was said when it was made
 *
 * A directory without a whole `volume.json` is no volume: that file is written last and goes first.
 *
 * See it: `docker volume create v`, `ls -l /var/lib/docker/volumes/v`.
 */
import type { VolumeBody } from '../../protocol/mount.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';

export interface Volume {
  readonly name: string;
  /** RFC 3339, whole seconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>> | null;
  /** `type`, `device` and `o` of a mount that stands for the directory. */
  readonly options: Readonly<Record<string, string>> | null;
  /** The container whose creation made it. */
  readonly maker?: string;
}

export interface VolumeRequest {
  /** '' for a name of 64 random digits. */
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly maker?: string;
}

const ROOT = '/var/lib/docker/volumes';

/** What tells an anonymous volume, for `volume prune`. */
export const ANONYMOUS = 'com.docker.volume.anonymous';

const OPTIONS = ['device', 'o', 'type'];

/** Options that must come with another one. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  device: ['type'],
  o: ['device', 'type'],
  type: ['device'],
};

/** Where a volume's files are. */
export function dataPath(name: string): string {
  return `${ROOT}/${name}/_data`;
}

export class VolumeStore {
  readonly #sys: Sys;
  readonly #onEvent: (action: 'create' | 'destroy', name: string) => void;
  readonly #volumes = new Map<string, Volume>();

  constructor(sys: Sys, onEvent: (action: 'create' | 'destroy', name: string) => void) {
    this.#sys = sys;
    this.#onEvent = onEvent;
    sys.mkdir(ROOT, 0o701, true);
  }

  /**
   * Reads what an earlier daemon left. Half-made volumes are removed, and those that were made for a
   * container whose creation was `cut` off.
   */
  load(cut: ReadonlySet<string>): void {
    for (const { name } of this.#sys.readdir(ROOT)) {
      const volume = this.#read(name);
      if (volume && !(volume.maker !== undefined && cut.has(volume.maker))) {
        this.#volumes.set(name, volume);
        if (this.#sys.lstat(`${ROOT}/${name}/filling`)) this.#empty(name);
      } else {
        this.#clear(name);
      }
    }
  }

  #read(name: string): Volume | null {
    try {
      // Written by `create` and nobody else, atomically: trusted as it is.
      return JSON.parse(this.#sys.readText(`${ROOT}/${name}/volume.json`)) as Volume;
    } catch {
      return null;
    }
  }

  /**
   * The volume of that name, made when there is none.
   * @throws EngineError 400 for a name or option that cannot be, 404 for another driver
   */
  create(request: VolumeRequest): Volume {
    const { driver, labels, options, maker } = request;
    const name = request.name === '' ? this.#newName() : request.name;
    checkName(name);
    if (driver !== '' && driver !== 'local') {
      throw new EngineError(
        404,
        `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
      );
    }
    checkOptions(name, options);
    const there = this.#volumes.get(name);
    if (there) return there;
    const volume: Volume = {
      name,
      created: `${this.#sys.timestamp().slice(0, 19)}Z`,
      labels: Object.keys(labels).length > 0 ? labels : null,
      options: Object.keys(options).length > 0 ? options : null,
      ...(maker === undefined ? {} : { maker }),
    };
    try {
      this.#sys.mkdir(`${ROOT}/${name}`, 0o701);
      this.#sys.mkdir(dataPath(name), 0o755);
      this.#sys.writeAtomic(`${ROOT}/${name}/volume.json`, JSON.stringify(volume), 0o600);
    } catch (error) {
      this.#clear(name);
      throw error;
    }
    this.#volumes.set(name, volume);
    this.#onEvent('create', name);
    return volume;
  }

  #newName(): string {
    const bytes = new Uint8Array(this.#sys.random(32));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  find(name: string): Volume | undefined {
    return this.#volumes.get(name);
  }

  /** @throws EngineError 404 */
  get(name: string): Volume {
    const volume = this.#volumes.get(name);
    if (!volume) throw new EngineError(404, `get ${name}: no such volume`);
    return volume;
  }

  /** By name. */
  list(): Volume[] {
    return [...this.#volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Removes a volume that nobody uses, with its files. */
  remove(name: string): void {
    this.#volumes.delete(name);
    this.#clear(name);
    this.#onEvent('destroy', name);
  }

  /**
   * Puts files into an empty volume. When that fails, or is cut off by a kill, it is empty again.
   * @param work gets the volume's directory
   */
  fill(name: string, work: (directory: string) => void): void {
    const mark = `${ROOT}/${name}/filling`;
    this.#sys.writeFile(mark, '', 0o600);
    try {
      work(dataPath(name));
    } catch (error) {
      this.#empty(name);
      throw error;
    }
    this.#sys.unlink(mark);
  }

  #empty(name: string): void {
    this.#sys.removeTree(dataPath(name));
    this.#sys.mkdir(dataPath(name), 0o755);
    this.#sys.unlink(`${ROOT}/${name}/filling`);
  }

  /** Removes what was made for a container that could not be created. */
  undo(maker: string): void {
    for (const volume of this.list()) if (volume.maker === maker) this.remove(volume.name);
  }

  /** Bytes in files. */
  size(name: string): number {
    return this.#sys.treeSize(dataPath(name));
  }

  #clear(name: string): void {
    // First what makes it a volume: a kill from here on leaves nothing that is half one.
    const description = `${ROOT}/${name}/volume.json`;
    if (this.#sys.lstat(description)) this.#sys.unlink(description);
    this.#sys.removeTree(`${ROOT}/${name}`);
  }
}

/** As the API shows a volume. */
export function volumeBody(volume: Volume): VolumeBody {
  return {
    CreatedAt: volume.created,
    Driver: 'local',
    Labels: volume.labels,
    Mountpoint: dataPath(volume.name),
    Name: volume.name,
    Options: volume.options,
    Scope: 'local',
  };
}

function checkName(name: string): void {
  if (name.length < 2) {
    throw new EngineError(
      400,
      `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  }
  if (name.length > 255 || !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    throw new EngineError(
      400,
      `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  }
}

function checkOptions(name: string, options: Readonly<Record<string, string>>): void {
  for (const option of Object.keys(options)) {
    if (!OPTIONS.includes(option)) {
      throw new EngineError(400, `create ${name}: invalid option: "${option}"`);
    }
  }
  for (const option of Object.keys(options)) {
    for (const needed of NEEDS[option] ?? []) {
      if (!options[needed]) {
        throw new EngineError(400, `create ${name}: missing required option: "${needed}"`);
      }
    }
  }
}
