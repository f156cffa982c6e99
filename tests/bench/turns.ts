/** Measuring by turns with peers in one guest. */
import { Guest } from '../guest/machine.ts';
import { serveHttp } from '../../src/machine/index.ts';
import { peersArchive } from './peers.ts';

/** Memory of the machine that holds the peers too; Docker's own CLI alone is 42 MB. In MiB. */
const ROOMY = 512;

/** Where the page serves what is only for the comparison. */
const SIDE_PORT = 8080;
const SIDE = `http://192.168.86.1:${String(SIDE_PORT)}`;

/** Turns of everybody that are not counted. */
const WARM = 10;

/** A machine with the peers in it where they can be had, and with `busybox` pulled. */
export async function openBesidePeers(): Promise<{ guest: Guest; peers: boolean }> {
  const guest = await Guest.open({ cold: true, memory: ROOMY });
  const archive = peersArchive();
  guest.machine.network.serve(SIDE_PORT, (connection) => {
    void serveHttp(connection, SIDE, () => new Response(new Uint8Array(archive ?? [])));
  });
  await must(guest, 'until docker version >/dev/null 2>&1; do sleep 0.1; done');
  await must(guest, 'docker pull -q busybox');
  if (archive) await must(guest, `cd / && wget -q -O - ${SIDE}/peers.tar | tar x`);
  return { guest, peers: archive !== null };
}

/**
 * A bundle of busybox's files as the runtimes' own `spec` writes it, without a terminal.
 *
 * @param args the command's words as JSON strings, separated by commas
 */
export async function makeBundle(guest: Guest, folder: string, args: string): Promise<void> {
  await must(
    guest,
    `mkdir -p ${folder} && cd ${folder} && cp -a $(docker image inspect -f "{{.GraphDriver.Data.UpperDir}}" busybox) rootfs && crun spec`,
  );
  await must(
    guest,
    `cd ${folder} && sed -i 's/"terminal": true/"terminal": false/; s/"sh"/${args}/' config.json`,
  );
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Runs a command that must succeed. */
export async function must(
  guest: Guest,
  command: string,
  as: 'sh' | 'root' = 'root',
): Promise<string> {
  const { stdout, stderr, code } = await guest[as](command);
  if (code !== 0) throw new Error(`${command}: exit status ${String(code)}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Milliseconds of each of `runs` executions, by turns with the peers', so that all meet the same
 * moods of this computer. The shell that runs them costs all of them the same. Before that, some that
 * are not counted: the emulator compiles what runs often, and takes a while to find out what that is.
 */
export async function byTurns(
  guest: Guest,
  commands: Readonly<Record<string, string>>,
  runs: number,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (let i = 0; i < WARM; i++) {
    for (const command of Object.values(commands)) await guest.root(command);
  }
  for (let i = 0; i < runs; i++) {
    for (const [name, command] of Object.entries(commands)) {
      (times[name] ??= []).push(await timed(() => guest.root(command)));
    }
  }
  return times;
}
