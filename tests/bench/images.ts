/** Images on their way in and out, beside tools that move the same bytes and do nothing else with them. */
import { createRegistry, memoryStorage, memoryStore } from '../../src/registry/index.ts';
import { serveHttp } from '../../src/machine/index.ts';
import { Guest, ownRegistry } from '../guest/machine.ts';
import { benchImage, LAYER_BYTES } from './layer.ts';
import { result, type Result } from './result.ts';
import { must, timed } from './turns.ts';

const PAGE = 'http://192.168.86.1';
/** Where a registry without users takes what is pushed, and where bytes are only taken. */
const PUSHED = 5000;
const SWALLOWED = 8080;

/** `pull`, `pull.python`, `push.8mb` and `unpack.throughput`, in a machine as a visitor gets it. */
export async function images(runs = 5): Promise<Result[]> {
  return [await pullOne(runs), await pullPython(3), await push(runs), await unpack(runs)];
}

/** Moves the bytes `runs` times; `once` says how many milliseconds we took, and how many the peer. */
async function compare(
  name: string,
  peer: string,
  bytes: number,
  runs: number,
  once: () => Promise<{ readonly ours: number; readonly theirs: number }>,
): Promise<Result> {
  await once(); // the emulator compiles what it will run often
  const ours: number[] = [];
  const theirs: number[] = [];
  while (ours.length < runs) {
    const taken = await once();
    ours.push(speed(bytes, taken.ours));
    theirs.push(speed(bytes, taken.theirs));
  }
  return result(name, 'MB/s', ours, { name: peer, values: theirs });
}

/** Bytes a millisecond are kilobytes a second. */
const speed = (bytes: number, milliseconds: number): number => bytes / milliseconds / 1000;

/** An image of one layer that nothing compresses; wget fetches the same layer. */
async function pullOne(runs: number): Promise<Result> {
  const image = benchImage();
  const guest = await Guest.open({ storage: image.storage });
  const found = await compare('pull', 'wget', LAYER_BYTES, runs, async () => {
    const theirs = await timed(() => must(guest, `wget -q -O /tmp/layer ${PAGE}/${image.path}`));
    await must(guest, 'rm /tmp/layer');
    const ours = await timed(() => must(guest, `docker pull -q ${image.reference}`));
    await must(guest, `docker rmi ${image.reference}`);
    return { ours, theirs };
  });
  await guest.close();
  return found;
}

/** Three layers of some thousand files; wget fetches them one after another. */
async function pullPython(runs: number): Promise<Result> {
  const guest = await Guest.open();
  const layers = await layersOf('library/python', 'latest');
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  const found = await compare('pull.python', 'wget', bytes, runs, async () => {
    let theirs = 0;
    for (const { digest } of layers) {
      const from = `${PAGE}/v2/library/python/blobs/${digest}`;
      theirs += await timed(() => must(guest, `wget -q -O /tmp/layer ${from}`));
      await must(guest, 'rm /tmp/layer');
    }
    const ours = await timed(() => must(guest, 'docker pull -q python'));
    await must(guest, 'docker rmi python');
    return { ours, theirs };
  });
  await guest.close();
  return found;
}

interface Layer {
  readonly digest: string;
  readonly size: number;
}

/** The layers of a bundled image. */
async function layersOf(name: string, tag: string): Promise<readonly Layer[]> {
  const registry = ownRegistry();
  const manifest = async (reference: string): Promise<unknown> =>
    (await registry.fetch(new Request(`${PAGE}/v2/${name}/manifests/${reference}`))).json();
  // Our own registry, of images that its tests look at.
  const index = (await manifest(tag)) as { manifests: { digest: string }[] };
  const one = (await manifest(index.manifests[0]?.digest ?? '')) as { layers: Layer[] };
  return one.layers;
}

/** A layer that the registry does not have; nc sends a file of the same length. */
async function push(runs: number): Promise<Result> {
  const guest = await Guest.open();
  const registry = createRegistry({
    storage: memoryStorage(new Map()),
    store: memoryStore(),
  });
  guest.machine.network.serve(PUSHED, (connection) => {
    void serveHttp(connection, `${PAGE}:${PUSHED}`, (request) => registry.fetch(request));
  });
  guest.machine.network.serve(SWALLOWED, (connection) => {
    // Ends its side when it has everything: nc waits for that.
    const swallowed = connection.readable.pipeTo(new WritableStream());
    void swallowed.then(() => connection.writable.close());
  });
  await must(guest, "mkdir /push; printf 'FROM scratch\\nCOPY data /\\n' >/push/Dockerfile");
  const name = `192.168.86.1:${PUSHED}/bench/eight`;
  const found = await compare('push.8mb', 'nc', LAYER_BYTES, runs, async () => {
    await must(
      guest,
      `head -c ${LAYER_BYTES} /dev/urandom >/push/data; docker build -q -t ${name} /push`,
    );
    const theirs = await timed(() => must(guest, `nc 192.168.86.1 ${SWALLOWED} </push/data`));
    const ours = await timed(() => must(guest, `docker push -q ${name}`));
    await must(guest, `docker rmi -f $(docker images -aq); rm /push/data`);
    return { ours, theirs };
  });
  await guest.close();
  return found;
}

/** The archive of python's own layer from a file into a layer, and into a directory by tar. */
async function unpack(runs: number): Promise<Result> {
  const guest = await Guest.open();
  const [, { digest, size } = { digest: '', size: 0 }] = await layersOf('library/python', 'latest');
  await must(guest, `wget -q -O /layer.tar ${PAGE}/v2/library/python/blobs/${digest}`);
  const found = await compare('unpack.throughput', 'tar', size, runs, async () => {
    const theirs = await timed(() => must(guest, 'mkdir /u && tar -xf /layer.tar -C /u'));
    await must(guest, 'rm -r /u');
    const ours = await timed(() => must(guest, 'docker import /layer.tar unpacked'));
    await must(guest, 'docker rmi unpacked');
    return { ours, theirs };
  });
  await guest.close();
  return found;
}
