/**
 * `docker pull`: asks a registry for an image and makes it one of ours.
 *
 * Index → the manifest for this machine → configuration → layers (pull-layers.ts). An image appears with
 * its last layer or not at all: whatever goes wrong, and whenever the client leaves, nothing is left behind.
 *
 * See it: `docker pull busybox`.
 */
import { parseConfiguration } from '../image/configuration.ts';
import type { ImageConfiguration } from '../image/configuration.ts';
import { EngineError } from '../errors.ts';
import { ImageError } from '../image/errors.ts';
import { familiar, withDefaultTag } from '../image/reference.ts';
import type { Reference } from '../image/reference.ts';
import type { Image, ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import { RegistryClient } from './auth.ts';
import type { Credentials } from './auth.ts';
import { Cancellation } from './cancellation.ts';
import { endpoints } from './endpoints.ts';
import type { Registries } from './endpoints.ts';
import { HttpClient } from './http.ts';
import {
  checkLayer,
  packingOf,
  parseManifest,
  parsePlatform,
  platformName,
  samePlatform,
} from './manifest.ts';
import type { Manifest, Platform } from './manifest.ts';
import type { Progress } from './progress.ts';
import { pullLayers } from './pull-layers.ts';
import { Repository, digestMismatch } from './registry.ts';
import { UnreachedError } from './unreached.ts';
import type { FetchedManifest } from './registry.ts';

export interface PullDependencies {
  readonly sys: Sys;
  readonly images: ImageStore;
  readonly registries: Registries;
}

export interface PullOptions {
  /** `os/architecture[/variant]`; default: what the machine runs. */
  readonly platform?: string;
  readonly progress: Progress;
  /** Who asks; nobody in particular when absent. */
  readonly credentials?: Credentials;
  /** Cancelled when the client has gone. */
  readonly signal?: Cancellation;
}

const MACHINE: Platform = { os: 'linux', architecture: '386' };

/**
 * Pulls `reference` and returns the image. The first progress message comes when the registry has the
 * image, so that an error before it can still be an HTTP status.
 *
 * Throws an ImageError in Docker's words (404 for what is not there), or what cancelled it.
 */
export async function pull(
  deps: PullDependencies,
  reference: Reference,
  options: PullOptions,
): Promise<Image> {
  const wanted = withDefaultTag(reference);
  const platform = options.platform ? parsePlatform(options.platform) : MACHINE;
  // One of its own: a layer that fails ends the others.
  const signal = new Cancellation();
  const forget = options.signal?.onCancel((reason) => signal.cancel(reason));
  const http = new HttpClient(deps.sys, signal);
  const client = new RegistryClient(deps.sys, http, options.credentials ?? null);
  try {
    return await new Pull(deps, wanted, platform, options.progress, signal).run(client);
  } finally {
    forget?.();
    http.close();
  }
}

/** Names who holds on to layers while a pull goes on. */
let pulls = 0;

class Pull {
  readonly #sys: Sys;
  readonly #images: ImageStore;
  readonly #registries: Registries;
  readonly #wanted: Reference;
  readonly #platform: Platform;
  readonly #progress: Progress;
  readonly #signal: Cancellation;

  constructor(
    deps: PullDependencies,
    wanted: Reference,
    platform: Platform,
    progress: Progress,
    signal: Cancellation,
  ) {
    this.#sys = deps.sys;
    this.#images = deps.images;
    this.#registries = deps.registries;
    this.#wanted = wanted;
    this.#platform = platform;
    this.#progress = progress;
    this.#signal = signal;
  }

  async run(client: RegistryClient): Promise<Image> {
    const named = this.#wanted.digest ?? this.#wanted.tag ?? 'latest';
    const { repository, top } = await this.#locate(client, named);
    const { manifest, text } = await this.#choose(repository, top);
    manifest.layers.forEach(checkLayer);
    this.#progress({ status: `Pulling from ${this.#wanted.path}`, id: named });

    const tag = this.#wanted.digest === null ? [this.#wanted] : [];
    const names = [...tag, { ...this.#wanted, tag: null, digest: top.digest }];
    const before = this.#images.named(names[0] ?? this.#wanted);
    const image =
      this.#images.byId(manifest.config.digest) !== null
        ? this.#images.add(this.#images.readBlob(manifest.config.digest), names, { manifest: text })
        : await this.#fetch(repository, manifest, text, names);

    this.#progress({ status: `Digest: ${top.digest}` });
    const news = before?.id === image.id ? 'Image is up to date for' : 'Downloaded newer image for';
    this.#progress({ status: `Status: ${news} ${familiar(this.#wanted)}` });
    this.#images.emit('pull', familiar(this.#wanted), familiar(this.#wanted));
    return image;
  }

  /** The first registry that has something under the name, and what. */
  async #locate(
    client: RegistryClient,
    name: string,
  ): Promise<{ repository: Repository; top: FetchedManifest }> {
    const failures: unknown[] = [];
    for (const base of endpoints(this.#wanted, this.#registries)) {
      const repository = new Repository(this.#sys, client, base, this.#wanted);
      try {
        return { repository, top: await repository.manifest(name) };
      } catch (error) {
        this.#signal.check();
        // A mirror need not have everything; one that lies is not passed over.
        if (error instanceof EngineError && error.status !== 404) throw error;
        failures.push(error);
      }
    }
    throw verdict(failures);
  }

  /** From an index, the manifest for the platform. */
  async #choose(
    repository: Repository,
    top: FetchedManifest,
  ): Promise<{ manifest: Manifest; text: string }> {
    const found = parseManifest(top.text, top.contentType);
    if (found.kind === 'manifest') return { manifest: found, text: top.text };
    const entry = found.manifests.find(
      ({ platform }) => platform !== null && samePlatform(platform, this.#platform),
    );
    if (entry === undefined) {
      throw new ImageError(
        404,
        `no matching manifest for ${platformName(this.#platform)} in the manifest list entries`,
      );
    }
    const chosen = await repository.manifest(entry);
    const manifest = parseManifest(chosen.text, entry.mediaType);
    if (manifest.kind === 'index') {
      throw new ImageError(500, `the registry's index ${top.digest} leads to another index`);
    }
    return { manifest, text: chosen.text };
  }

  async #fetch(
    repository: Repository,
    manifest: Manifest,
    text: string,
    names: readonly Reference[],
  ): Promise<Image> {
    const configText = await repository.config(manifest.config);
    const configuration = parseConfiguration(configText);
    this.#checkConfiguration(configuration, manifest);
    const chain = this.#images.chain(configuration);
    const owner = `pull ${++pulls}`;
    this.#images.retain(owner, chain);
    try {
      const wanted = manifest.layers.map((layer, index) => ({
        layer,
        diffId: configuration.rootfs.diff_ids[index] ?? '',
        chainId: chain[index] ?? '',
        below: chain.slice(0, index),
      }));
      await pullLayers(
        {
          sys: this.#sys,
          layers: this.#images.layers,
          repository,
          progress: this.#progress,
          signal: this.#signal,
        },
        wanted,
      );
      this.#signal.check();
      return this.#images.add(configText, names, { manifest: text });
    } finally {
      // Removes the layers that came, unless they belong to an image by now.
      this.#images.release(owner);
    }
  }

  #checkConfiguration(configuration: ImageConfiguration, manifest: Manifest): void {
    if (!samePlatform(configuration, this.#platform)) {
      const actual = platformName(configuration);
      throw new ImageError(
        404,
        `image with reference ${familiar(this.#wanted)} was found but its platform (${actual}) does not match the specified platform (${platformName(this.#platform)})`,
      );
    }
    const diffIds = configuration.rootfs.diff_ids;
    if (diffIds.length !== manifest.layers.length) {
      throw new ImageError(
        500,
        `invalid image: the manifest has ${manifest.layers.length} layers, the configuration ${diffIds.length}`,
      );
    }
    manifest.layers.forEach((layer, index) => {
      // Of an uncompressed layer both are the digest of the same bytes.
      const diffId = diffIds[index] ?? '';
      if (packingOf(layer) === null && layer.digest !== diffId)
        throw digestMismatch('layer', diffId, layer.digest);
    });
  }
}

/**
 * What the last of several registries said; or else the first, and why nobody could ask the last: Docker Hub
 * is out of reach of most pages, and whoever wants an image from there has to know.
 */
function verdict(failures: readonly unknown[]): unknown {
  const answers = failures.filter((failure) => failure instanceof EngineError);
  const last = failures.at(-1);
  const answer = answers.at(-1);
  if (answer === undefined) return failures[0];
  return last instanceof UnreachedError && last.advice !== null
    ? new EngineError(answer.status, `${answer.message} (${last.advice})`)
    : answer;
}
