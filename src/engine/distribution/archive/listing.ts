/** Which images a saved archive says that it holds: Docker's `manifest.json`, or an OCI layout's `index.json`. */
import * as v from 'valibot';
import { hexOf, isSha256 } from '../../image/reference.ts';
import { parseManifest } from '../manifest.ts';
import { clean, invalid } from './contents.ts';

export interface ListedImage {
  /** Name of the configuration in the archive. */
  readonly config: string;
  /** As the archive says them: `busybox:latest`. */
  readonly tags: readonly string[];
  /** Names of the layers in the archive, lowest first. */
  readonly layers: readonly string[];
  /** The manifest, byte for byte, when there is one. */
  readonly manifest?: string;
}

const manifestSchema = v.array(
  v.looseObject({
    Config: v.string(),
    RepoTags: v.nullish(v.array(v.string())),
    Layers: v.nullish(v.array(v.string())),
  }),
);
const descriptorSchema = v.looseObject({
  mediaType: v.optional(v.string(), ''),
  digest: v.pipe(v.string(), v.check(isSha256)),
  annotations: v.nullish(v.record(v.string(), v.string())),
});
const indexSchema = v.looseObject({ manifests: v.array(descriptorSchema) });

type Read = (name: string) => string | null;

/** @throws EngineError 400 for what lists nothing, or not as it should */
export function listing(read: Read): ListedImage[] {
  const index = read('index.json');
  const described = index === null ? [] : inIndex(read, index, 0);
  const manifest = read('manifest.json');
  if (manifest === null) {
    if (index === null) throw invalid('does not contain a manifest.json');
    return described;
  }
  return parse(manifestSchema, manifest, 'manifest.json').map(({ Config, RepoTags, Layers }) => {
    const config = clean(Config);
    const known = described.find((image) => image.config === config)?.manifest;
    return {
      config,
      tags: RepoTags ?? [],
      layers: (Layers ?? []).map(clean),
      ...(known === undefined ? {} : { manifest: known }),
    };
  });
}

/** The images of an index, and of the indexes in it, for as far as their documents are in the archive. */
function inIndex(read: Read, text: string, depth: number): ListedImage[] {
  const images: ListedImage[] = [];
  for (const entry of parse(indexSchema, text, 'index.json').manifests) {
    const document = read(blob(entry.digest));
    if (document === null) continue;
    const found = parseManifest(document, entry.mediaType);
    if (found.kind === 'index') {
      if (depth < 2) images.push(...inIndex(read, document, depth + 1));
      continue;
    }
    const name = entry.annotations?.['io.containerd.image.name'];
    images.push({
      config: blob(found.config.digest),
      tags: name === undefined ? [] : [name],
      layers: found.layers.map(({ digest }) => blob(digest)),
      manifest: document,
    });
  }
  return images;
}

function blob(digest: string): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function parse<S extends v.GenericSchema>(schema: S, text: string, name: string): v.InferOutput<S> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw invalid(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw invalid(`${name} is not what Docker writes: ${where}: ${issue.message}`);
}
