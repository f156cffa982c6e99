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
  return [
    ...(await pullOne(runs)),
    ...(await pullPython(3)),
    ...(await push(runs)),
    ...(await unpack(runs)),
  ];
}

/** Bytes a millisecond are kilobytes a second. */
const speed = (bytes: number, milliseconds: number): number => bytes / milliseconds / 1000;

/** An image of one layer that nothing compresses; wget fetches the same layer. */
async function pullOne(runs: number): Promise<Result[]> {
  const image = benchImage();
  const guest = await Guest.open({ storage: image.storage });
  const pulls: number[] = [];
  const wgets: number[] = [];
  for (let i = 0; i < runs + 1; i++) {
    const fetching = await timed(() => must(guest, `wget -q -O /tmp/layer ${PAGE}/${image.path}`));
    await must(guest, 'rm /tmp/layer');
    const pulling = await timed(() => must(guest, `docker pull -q ${image.reference}`));
    await must(guest, `docker rmi ${image.reference}`);
    if (i === 0) continue; // the emulator compiles what it will run often
    pulls.push(speed(LAYER_BYTES, pulling));
    wgets.push(speed(LAYER_BYTES, fetching));
  }
  await guest.close();
  return [result('pull', 'MB/s', pulls, { name: 'wget', values: wgets })];
}

/** Three layers of some thousand files; wget fetches them one after another. */
async function pullPython(runs: number): Promise<Result[]> {
  const guest = await Guest.open();
  const pulls: number[] = [];
  const wgets: number[] = [];
  const layers = await layersOf('library/python', 'latest');
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  for (let i = 0; i < runs + 1; i++) {
    let fetching = 0;
    for (const { digest } of layers) {
      const from = `${PAGE}/v2/library/python/blobs/${digest}`;
      fetching += await timed(() => must(guest, `wget -q -O /tmp/layer ${from}`));
      await must(guest, 'rm /tmp/layer');
    }
    const pulling = await timed(() => must(guest, 'docker pull -q python'));
    await must(guest, 'docker rmi python');
    if (i === 0) continue;
    pulls.push(speed(bytes, pulling));
    wgets.push(speed(bytes, fetching));
  }
  await guest.close();
  return [result('pull.python', 'MB/s', pulls, { name: 'wget', values: wgets })];
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
async function push(runs: number): Promise<Result[]> {
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
  const pushes: number[] = [];
  const posts: number[] = [];
  const name = `192.168.86.1:${PUSHED}/bench/eight`;
  for (let i = 0; i < runs + 1; i++) {
    await must(
      guest,
      `head -c ${LAYER_BYTES} /dev/urandom >/push/data; docker build -q -t ${name} /push`,
    );
    const posting = await timed(() => must(guest, `nc 192.168.86.1 ${SWALLOWED} </push/data`));
    const pushing = await timed(() => must(guest, `docker push -q ${name}`));
    await must(guest, `docker rmi -f $(docker images -aq); rm /push/data`);
    if (i === 0) continue;
    pushes.push(speed(LAYER_BYTES, pushing));
    posts.push(speed(LAYER_BYTES, posting));
  }
  await guest.close();
  return [result('push.8mb', 'MB/s', pushes, { name: 'nc', values: posts })];
}

/** The archive of python's own layer from a file into a layer, and into a directory by tar. */
async function unpack(runs: number): Promise<Result[]> {
  const guest = await Guest.open();
  const [, { digest, size } = { digest: '', size: 0 }] = await layersOf('library/python', 'latest');
  await must(guest, `wget -q -O /layer.tar ${PAGE}/v2/library/python/blobs/${digest}`);
  const ours: number[] = [];
  const tars: number[] = [];
  for (let i = 0; i < runs + 1; i++) {
    const taring = await timed(() => must(guest, 'mkdir /u && tar -xf /layer.tar -C /u'));
    await must(guest, 'rm -r /u');
    const importing = await timed(() => must(guest, 'docker import /layer.tar unpacked'));
    await must(guest, 'docker rmi unpacked');
    if (i === 0) continue;
    ours.push(speed(size, importing));
    tars.push(speed(size, taring));
  }
  await guest.close();
  return [result('unpack.throughput', 'MB/s', ours, { name: 'tar', values: tars })];
}
