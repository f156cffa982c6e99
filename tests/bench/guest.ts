import { Guest } from '../guest/machine.ts';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { Machine, serveHttp } from '../../src/machine/index.ts';
import { benchImage, LAYER_BYTES } from './layer.ts';
import { peersArchive } from './peers.ts';
import { result, type Result } from './result.ts';

/** Memory of the machine that holds the peers too; Docker's own CLI alone is 42 MB. In MiB. */
const ROOMY = 512;

/** Where the page serves what is only for the comparison. */
const SIDE_PORT = 8080;
const SIDE = `http://192.168.86.1:${String(SIDE_PORT)}`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Runs a command that must succeed. */
async function must(guest: Guest, command: string, as: 'sh' | 'root' = 'root'): Promise<string> {
  const { stdout, stderr, code } = await guest[as](command);
  if (code !== 0) throw new Error(`${command}: exit status ${String(code)}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Milliseconds of each of `runs` executions, by turns with the peers', so that all meet the same
 * moods of this computer. The shell that runs them costs all of them the same.
 */
async function byTurns(
  guest: Guest,
  commands: Readonly<Record<string, string>>,
  runs: number,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (const command of Object.values(commands)) await guest.root(command);
  for (let i = 0; i < runs; i++) {
    for (const [name, command] of Object.entries(commands)) {
      (times[name] ??= []).push(await timed(() => guest.root(command)));
    }
  }
  return times;
}

/** `boot.cold`: from nothing to a prompt. */
export async function coldBoot(runs = 5): Promise<Result[]> {
  const values: number[] = [];
  for (let i = 0; i < runs; i++) {
    const begin = performance.now();
    const machine = await Machine.create({ assets: fileAssets(), cold: true });
    await new Promise<void>((resolve) => {
      let text = '';
      machine.consoles[0].onData((bytes) => {
        text += new TextDecoder().decode(bytes);
        if (/[$#] /.test(text)) resolve();
      });
    });
    values.push(performance.now() - begin);
    await machine.destroy();
  }
  return [result('boot.cold', 'ms', values)];
}

/** `first.run`: the first command after a restore, pull included. */
export async function firstRun(runs = 5): Promise<Result[]> {
  const values: number[] = [];
  for (let i = 0; i < runs; i++) {
    const guest = await Guest.open();
    // The test's own shell is started beforehand: it is not part of what a visitor waits for.
    await guest.sh(':');
    values.push(await timed(() => must(guest, 'docker run hello-world', 'sh')));
    await guest.close();
  }
  return [result('first.run', 'ms', values)];
}

/** `run.true`, `ps` and `pull`, beside crun, runc, Docker's CLI and wget in the same guest. */
export async function besidePeers(runs = 15): Promise<Result[]> {
  const guest = await Guest.open({ cold: true, memory: ROOMY });
  const archive = peersArchive();
  guest.machine.network.serve(SIDE_PORT, (connection) => {
    void serveHttp(connection, SIDE, () => new Response(new Uint8Array(archive ?? [])));
  });
  await must(guest, 'until docker version >/dev/null 2>&1; do sleep 0.1; done');
  await must(guest, 'docker pull -q busybox');
  if (archive) await must(guest, `cd / && wget -q -O - ${SIDE}/peers.tar | tar x`);
  const figures = [
    ...(await runTrue(guest, archive !== null, runs)),
    ...(await ps(guest, archive !== null, runs)),
  ];
  await guest.close();
  return [...figures, ...(await pull(5))];
}

async function runTrue(guest: Guest, peers: boolean, runs: number): Promise<Result[]> {
  const ours = 'docker run --rm busybox true';
  if (!peers) {
    const times = await byTurns(guest, { ours }, runs);
    return [result('run.true', 'ms', times['ours'] ?? [])];
  }
  // A bundle of the same image's files, as each runtime's `spec` writes it.
  await must(
    guest,
    'mkdir -p /bundle && cd /bundle && cp -a $(docker image inspect -f "{{.GraphDriver.Data.UpperDir}}" busybox) rootfs && crun spec',
  );
  await must(
    guest,
    `cd /bundle && sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json && cat config.json`,
  );
  const times = await byTurns(
    guest,
    {
      ours,
      // What the peers do too, and no more: a network namespace with loopback.
      alone: 'docker run --rm --network none busybox true',
      crun: 'cd /bundle && crun run c',
      runc: 'cd /bundle && runc run c',
    },
    runs,
  );
  for (const name of ['crun', 'runc']) await must(guest, `cd /bundle && ${name} run c`);
  const own = times['ours'] ?? [];
  return [
    result('run.true', 'ms', own, { name: 'crun', values: times['crun'] ?? [] }),
    result('run.true', 'ms', own, { name: 'runc', values: times['runc'] ?? [] }),
    result('run.true.none', 'ms', times['alone'] ?? [], {
      name: 'crun',
      values: times['crun'] ?? [],
    }),
  ];
}

async function ps(guest: Guest, peers: boolean, runs: number): Promise<Result[]> {
  const ours = 'docker ps';
  const commands = peers
    ? { ours, cli: 'docker-cli -H unix:///nosuch.sock ps 2>/dev/null' }
    : { ours };
  const times: Record<string, number[]> = await byTurns(guest, commands, runs);
  const peer = times['cli'];
  return [
    result(
      'ps',
      'ms',
      times['ours'] ?? [],
      peer && { name: 'Docker CLI that finds no daemon', values: peer },
    ),
  ];
}

/** Bytes a millisecond are kilobytes a second. */
async function pull(runs: number): Promise<Result[]> {
  const image = benchImage();
  const guest = await Guest.open({ storage: image.storage });
  const pulls: number[] = [];
  const wgets: number[] = [];
  for (let i = 0; i < runs + 1; i++) {
    const fetching = await timed(() =>
      must(guest, `wget -q -O /tmp/layer http://192.168.86.1/${image.path}`),
    );
    await must(guest, 'rm /tmp/layer');
    const pulling = await timed(() => must(guest, `docker pull -q ${image.reference}`));
    await must(guest, `docker rmi ${image.reference}`);
    if (i === 0) continue; // the emulator compiles what it will run often
    pulls.push(LAYER_BYTES / pulling / 1000);
    wgets.push(LAYER_BYTES / fetching / 1000);
  }
  await guest.close();
  return [result('pull', 'MB/s', pulls, { name: 'wget', values: wgets })];
}
