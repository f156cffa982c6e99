/** A daemon as it was: whatever a scenario made is taken away again, through the API. */
import { ask } from '../api/client.ts';
import type { Bottle } from './bottle.ts';

/** What a scenario may count on: these are pulled, and nothing else is there. */
const IMAGES = ['busybox', 'hello-world'] as const;
/** Networks that are always there. */
const NETWORKS = ['bridge', 'host', 'none'];

interface Container {
  readonly Id: string;
}
interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}
interface Network {
  readonly Id: string;
  readonly Name: string;
}
interface Volumes {
  readonly Volumes: readonly { readonly Name: string }[] | null;
}

export class Slate {
  readonly #host: string;
  /** Image IDs by tag, as they are pulled. */
  #images = new Map<string, string>();

  private constructor(host: string) {
    this.#host = host;
  }

  /** Pulls the images. */
  static async of(bottle: Bottle): Promise<Slate> {
    const slate = new Slate(bottle.host);
    for (const image of IMAGES) await slate.#pull(image);
    slate.#images = await slate.#tags();
    return slate;
  }

  /** Removes containers, networks, volumes and foreign images, and pulls what is missing. */
  async clean(): Promise<void> {
    for (const { Id } of await this.#list<Container[]>('/containers/json?all=1'))
      await this.#ask('DELETE', `/containers/${Id}?force=1&v=1`);
    for (const { Id, Name } of await this.#list<Network[]>('/networks'))
      if (!NETWORKS.includes(Name)) await this.#ask('DELETE', `/networks/${Id}`);
    for (const { Name } of (await this.#list<Volumes>('/volumes')).Volumes ?? [])
      await this.#ask('DELETE', `/volumes/${Name}?force=1`);
    for (const { Id, RepoTags } of await this.#list<Image[]>('/images/json')) {
      const foreign = (RepoTags ?? []).filter((tag) => this.#images.get(tag) !== Id);
      for (const tag of foreign) await this.#ask('DELETE', `/images/${tag}?force=1`);
      if ((RepoTags ?? []).length === 0) await this.#ask('DELETE', `/images/${Id}?force=1`);
    }
    const there = await this.#tags();
    for (const image of IMAGES) if (!there.has(`${image}:latest`)) await this.#pull(image);
  }

  async #tags(): Promise<Map<string, string>> {
    const images = await this.#list<Image[]>('/images/json');
    return new Map(images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag, Id])));
  }

  async #pull(image: string): Promise<void> {
    const said = await this.#ask('POST', `/images/create?fromImage=${image}&tag=latest`);
    if (said.includes('"error"')) throw new Error(`pulling ${image}: ${said}`);
  }

  async #list<List>(path: string): Promise<List> {
    return JSON.parse(await this.#ask('GET', path)) as List; // as the API describes it; schemas are checked elsewhere
  }

  async #ask(method: string, path: string): Promise<string> {
    const { status, bytes } = await ask(this.#host, method, path);
    const text = bytes.toString();
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }
}
