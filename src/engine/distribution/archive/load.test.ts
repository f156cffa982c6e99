import { beforeEach, describe, expect, it } from 'vitest';
import { configurationText, digestOf, tar } from '../../image/image.fixture.ts';
import { ImageStore } from '../../image/store.ts';
import { FakeSys } from '../../sys/fake.ts';
import { Load } from './load.ts';

const LAYERS = [{ 'bin/sh': 'x'.repeat(3000) }, { 'etc/motd': 'hello' }];

let sys: FakeSys;
let images: ImageStore;
let said: string[];

beforeEach(() => {
  sys = new FakeSys();
  images = new ImageStore({ sys });
  said = [];
});

const text = (data: ArrayBuffer): string => sys.decode(data);
const hex = (content: string): string => digestOf(sys, content).slice(7);

/** The parts of an archive as Docker wrote them before 25. */
function old(
  name: string,
  layers: readonly Readonly<Record<string, string>>[],
): {
  files: Record<string, string>;
  config: string;
} {
  const tars = layers.map((files) => text(tar(sys, files)));
  const config = configurationText(tars.map((content) => digestOf(sys, content)));
  const paths = tars.map((_, index) => `${String(index).repeat(64)}/layer.tar`);
  const manifest = [{ Config: `${hex(config)}.json`, RepoTags: [name], Layers: paths }];
  const files = Object.fromEntries(tars.map((content, index) => [paths[index] ?? '', content]));
  return {
    files: {
      ...files,
      [`${hex(config)}.json`]: config,
      'manifest.json': JSON.stringify(manifest),
    },
    config,
  };
}

/** Loads an archive that comes in pieces of this many bytes. */
function load(files: Readonly<Record<string, string>>, piece = 700): void {
  const whole = tar(sys, files);
  const loading = new Load(
    sys,
    images,
    (message) => 'stream' in message && said.push(message.stream),
    true,
  );
  try {
    for (let at = 0; at < whole.byteLength; at += piece) loading.write(whole.slice(at, at + piece));
    loading.finish();
  } catch (error) {
    loading.abandon();
    throw error;
  }
}

const expectNothingLeft = (): void => {
  expect(sys.readdir('/var/lib/docker/tmp')).toEqual([]);
  expect(images.collect()).toBe(0);
};

describe('load', () => {
  it.each([1, 512, 700, 100_000])('takes an archive in pieces of %i bytes', (piece) => {
    const { files, config } = old('app:1', LAYERS);
    load(files, piece);
    expect(said).toEqual(['Loaded image: app:1\n']);
    const image = images.get('app:1');
    expect(image.id).toBe(digestOf(sys, config));
    expect(sys.readText(`${image.layers[1]?.diff}/etc/motd`)).toBe('hello');
    expectNothingLeft();
  });

  it('takes the documents before the layers, and after them', () => {
    const { files } = old('app:1', LAYERS);
    load(Object.fromEntries(Object.entries(files).reverse()));
    expect(images.get('app:1').layers).toHaveLength(2);
    expectNothingLeft();
  });

  it('keeps what is here, and says when a name moves on', () => {
    const first = old('app:1', LAYERS);
    load(first.files);
    load(first.files);
    expect(images.list()).toHaveLength(1);
    said.length = 0;
    load(old('app:1', [{ other: 'file' }]).files);
    expect(said).toEqual([
      `The image app:1 already exists, renaming the old one with ID ${digestOf(sys, first.config)} to empty string\n`,
      'Loaded image: app:1\n',
    ]);
    expectNothingLeft();
  });

  it('gives an image without a name by its ID', () => {
    const { files, config } = old('app:1', LAYERS);
    const [entry] = JSON.parse(files['manifest.json'] ?? '[]');
    load({ ...files, 'manifest.json': JSON.stringify([{ ...entry, RepoTags: null }]) });
    expect(said).toEqual([`Loaded image ID: ${digestOf(sys, config)}\n`]);
  });
});

describe('load of what cannot be', () => {
  it.each<[string, (files: Record<string, string>) => void, RegExp]>([
    ['no manifest', (files) => delete files['manifest.json'], /manifest\.json/],
    ['a manifest that is none', (files) => (files['manifest.json'] = '{}'), /manifest\.json/],
    [
      'layers that another configuration names',
      (files) => {
        const [a = '', b = ''] = Object.keys(files);
        [files[a], files[b]] = [files[b] ?? '', files[a] ?? ''];
      },
      /^invalid diffID for layer 0: expected "sha256:\w{64}", got "sha256:\w{64}"$/,
    ],
    [
      'a layer less',
      (files) => {
        const [entry] = JSON.parse(files['manifest.json'] ?? '');
        files['manifest.json'] = JSON.stringify([{ ...entry, Layers: entry.Layers.slice(1) }]);
      },
      /^invalid manifest, layers length mismatch: expected 2, got 1$/,
    ],
    [
      'a blob that is not what it is called',
      (files) => (files[`blobs/sha256/${'0'.repeat(64)}`] = '{}'),
      /has the digest "sha256:\w{64}"/,
    ],
    ['a name that leads out', (files) => (files['../../etc/passwd'] = 'x'), /leads out of it/],
    ['an absolute name', (files) => (files['/etc/passwd'] = 'x'), /leads out of it/],
  ])('%s', (_, spoil, sentence) => {
    const { files } = old('app:1', LAYERS);
    spoil(files);
    expect(() => load(files)).toThrow(sentence);
    expect(images.list()).toEqual([]);
    expectNothingLeft();
  });

  it('one that is cut off leaves nothing', () => {
    const whole = tar(sys, old('app:1', LAYERS).files);
    for (let size = 100; size < whole.byteLength - 1024; size += 1111) {
      const loading = new Load(sys, images, () => undefined, true);
      expect(() => {
        loading.write(whole.slice(0, size));
        loading.finish();
      }).toThrow();
      loading.abandon();
      expectNothingLeft();
    }
  });
});
