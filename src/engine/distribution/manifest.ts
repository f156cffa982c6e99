/**
 * Manifests and indexes (OCI image-spec manifest.md and image-index.md, and Docker's schema 2, which
 * they come from): JSON from a registry, checked field by field before anything relies on it.
 */
import { ImageError } from '../image/errors.ts';
import { isSha256 } from '../image/reference.ts';

/** A piece of content by digest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface Index {
  readonly kind: 'index';
  readonly manifests: readonly (Descriptor & { readonly platform: Platform | null })[];
}

export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const CONFIGS = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];
const TARS = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar',
];

/** What a layer is packed with. */
export type Packing = 'gzip' | 'zstd';
const PACKED: Readonly<Record<string, Packing>> = {
  'application/vnd.oci.image.layer.v1.tar+gzip': 'gzip',
  'application/vnd.docker.image.rootfs.diff.tar.gzip': 'gzip',
  'application/vnd.oci.image.layer.v1.tar+zstd': 'zstd',
};

/** Null for a bare archive. */
export function packingOf(layer: Descriptor): Packing | null {
  return PACKED[layer.mediaType] ?? null;
}

/** What the engine can read, for the Accept header. */
export const ACCEPT = [...INDEXES, ...MANIFESTS].join(', ');

/** @param contentType of the answer; used when the document itself has no media type */
export function parseManifest(text: string, contentType: string): Index | Manifest {
  const document = object(parseJson(text), 'the manifest');
  const declared = document['mediaType'];
  const mediaType =
    typeof declared === 'string' ? declared : (contentType.split(';', 1)[0] ?? '').trim();
  if (INDEXES.includes(mediaType)) {
    const entries = list(document['manifests'], 'manifests').map((entry) => ({
      ...descriptor(entry, 'manifests'),
      platform: platform(object(entry, 'manifests')['platform']),
    }));
    return { kind: 'index', manifests: entries };
  }
  if (!MANIFESTS.includes(mediaType))
    throw invalid(`its media type "${mediaType}" is not supported`);
  const config = descriptor(document['config'], 'config');
  if (!CONFIGS.includes(config.mediaType)) {
    throw invalid(`it is not an image: its config has the media type "${config.mediaType}"`);
  }
  const layers = list(document['layers'], 'layers').map((layer) => descriptor(layer, 'layers'));
  return { kind: 'manifest', mediaType, config, layers };
}

/** Throws when this engine cannot unpack the layer. */
export function checkLayer(layer: Descriptor): void {
  if (TARS.includes(layer.mediaType) || packingOf(layer) !== null) return;
  throw invalid(
    `layer ${layer.digest} is a "${layer.mediaType}", which this engine cannot unpack: tar, tar+gzip and tar+zstd it can`,
  );
}

export function platformName(platform: Platform): string {
  return [
    platform.os,
    platform.architecture,
    ...((platform.variant ?? '') ? [platform.variant] : []),
  ].join('/');
}

/** `linux/386` → its parts; throws a 400 as Docker does for what is no platform. */
export function parsePlatform(text: string): Platform {
  const match = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)(?:\/([A-Za-z0-9_.-]+))?$/.exec(text);
  if (match === null) {
    throw new ImageError(
      400,
      `"${text}" is not a platform: write os/architecture, as in linux/386: invalid argument`,
    );
  }
  const [, os = '', name = '', variant] = match;
  const architecture = name === 'i386' ? '386' : name;
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

export function samePlatform(a: Platform, wanted: Platform): boolean {
  return (
    a.os === wanted.os &&
    a.architecture === wanted.architecture &&
    (wanted.variant === undefined || a.variant === wanted.variant)
  );
}

function descriptor(value: unknown, where: string): Descriptor {
  const { mediaType, digest, size } = object(value, where);
  if (typeof mediaType !== 'string') throw invalid(`an entry of "${where}" has no media type`);
  if (typeof digest !== 'string' || !isSha256(digest)) {
    throw invalid(`an entry of "${where}" has no sha256 digest`);
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`"${where}" gives no size for ${digest}`);
  }
  return { mediaType, digest, size };
}

function platform(value: unknown): Platform | null {
  if (value === undefined || value === null) return null;
  const { os, architecture, variant } = object(value, 'platform');
  if (typeof os !== 'string' || typeof architecture !== 'string') return null;
  return typeof variant === 'string' ? { os, architecture, variant } : { os, architecture };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`"${where}" is not an object`);
  }
  // An object that is not an array has string keys and values of any kind.
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`"${where}" is not a list`);
  return value;
}

function invalid(problem: string): ImageError {
  return new ImageError(500, `the registry sent a manifest that cannot be used: ${problem}`);
}
