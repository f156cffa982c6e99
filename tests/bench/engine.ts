/** What a container costs while it runs: in time, in memory, and among a hundred others. */
import type { Guest } from '../guest/machine.ts';
import { result, type Result } from './result.ts';
import { byTurns, makeBundle, must, openBesidePeers, timed } from './turns.ts';

const CROWD = 100;
/** Containers over which memory is averaged. */
const IDLE = 20;
const LOG_BYTES = 4_000_000;

/** `run.detached`, `exec.true`, `attach.echo`, `logs.throughput`, `memory.container`, `ps.100`, `start.100`. */
export async function engine(runs = 15): Promise<Result[]> {
  const { guest, peers } = await openBesidePeers();
  const figures = [
    ...(await detached(guest, peers, runs)),
    ...(await exec(guest, peers, runs)),
    await echo(guest, 40),
    ...(await logs(guest, 5)),
    await memory(guest),
    ...(await crowd(guest, runs)),
  ];
  await guest.close();
  return figures;
}

/** With its removal: both leave as much behind as they found. */
async function detached(guest: Guest, peers: boolean, runs: number): Promise<Result[]> {
  const ours = 'docker run -d --name d busybox sleep 1000 && docker rm -f d';
  if (!peers) {
    return [result('run.detached', 'ms', (await byTurns(guest, { ours }, runs))['ours'] ?? [])];
  }
  await makeBundle(guest, '/sleeper', '"sleep", "1000"');
  const times = await byTurns(
    guest,
    { ours, crun: 'cd /sleeper && crun run -d d >/dev/null </dev/null && crun delete -f d' },
    runs,
  );
  const values = times['crun'] ?? [];
  return [result('run.detached', 'ms', times['ours'] ?? [], { name: 'crun', values })];
}

async function exec(guest: Guest, peers: boolean, runs: number): Promise<Result[]> {
  await must(guest, 'docker run -d --name e busybox sleep 1000');
  const commands: Record<string, string> = { ours: 'docker exec e true' };
  if (peers) {
    await must(guest, 'cd /sleeper && crun run -d e >/dev/null </dev/null');
    await must(guest, 'cd /sleeper && runc run -d f >/dev/null </dev/null');
    commands['crun'] = 'crun exec e true';
    commands['runc'] = 'runc exec f true';
  }
  const times = await byTurns(guest, commands, runs);
  await must(guest, 'docker rm -f e');
  if (peers) await must(guest, 'crun delete -f e; runc delete -f f');
  const own = times['ours'] ?? [];
  if (!peers) return [result('exec.true', 'ms', own)];
  return ['crun', 'runc'].map((name) =>
    result('exec.true', 'ms', own, { name: `${name} exec`, values: times[name] ?? [] }),
  );
}

/** From a key on the machine's first console to its echo by the terminal of a container there. */
async function echo(guest: Guest, runs: number): Promise<Result> {
  const [console] = guest.machine.consoles;
  let text = '';
  let look = (): void => undefined;
  const listening = console.onData((bytes) => {
    text += new TextDecoder().decode(bytes);
    look();
  });
  const shows = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (text.includes(wanted)) resolve();
      };
      look();
    });
  await console.write('docker run --rm -it busybox sh -c "echo rea\'\'dy; cat"\r');
  await shows('ready');
  const values: number[] = [];
  for (let i = 0; i < runs + 10; i++) {
    text = '';
    const time = await timed(async () => {
      await console.write('x');
      await shows('x');
    });
    if (i >= 10) values.push(time);
  }
  // Not ^C: as process 1 cat would not hear it. The first sends the line, the second is the end.
  await console.write('\x04\x04');
  await must(guest, 'while [ -n "$(docker ps -q)" ]; do :; done');
  listening.dispose();
  return result('attach.echo', 'ms', values);
}

/** Bytes a millisecond are kilobytes a second. */
async function logs(guest: Guest, runs: number): Promise<Result[]> {
  const line = 'a line of a log that is as long as lines of logs are, more or less';
  const write = `yes ${line} | head -c ${LOG_BYTES}`;
  const written: number[] = [];
  const read: number[] = [];
  for (let i = 0; i < runs + 1; i++) {
    const writing = await timed(() =>
      must(guest, `docker run -d --name l busybox sh -c '${write}' && docker wait l`),
    );
    const reading = await timed(() => must(guest, 'docker logs l >/dev/null'));
    await must(guest, 'docker rm l');
    if (i === 0) continue; // the emulator compiles what it will run often
    written.push(LOG_BYTES / writing / 1000);
    read.push(LOG_BYTES / reading / 1000);
  }
  return [result('logs.written', 'MB/s', written), result('logs.throughput', 'MB/s', read)];
}

/** What the kernel has less of with idle containers than without, over their number; caches dropped. */
async function memory(guest: Guest): Promise<Result> {
  const free = async (): Promise<number> =>
    Number(
      await must(
        guest,
        "sync; echo 3 >/proc/sys/vm/drop_caches; awk '/^MemAvailable/ { print $2 }' /proc/meminfo",
      ),
    );
  const values: number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = await free();
    await must(
      guest,
      `for i in $(seq ${String(IDLE)}); do docker run -d busybox sleep 1000; done >/dev/null`,
    );
    values.push((before - (await free())) / IDLE / 1024);
    await must(guest, 'docker rm -f $(docker ps -aq) >/dev/null');
  }
  return result('memory.container', 'MB', values);
}

/** `start.100` is a start among a hundred over a start with one other. */
async function crowd(guest: Guest, runs: number): Promise<Result[]> {
  await must(
    guest,
    'docker run -d --name other busybox sleep 1000; docker create --name s busybox sleep 1000',
  );
  const starts = async (): Promise<number[]> => {
    const values: number[] = [];
    for (let i = 0; i < runs + 3; i++) {
      const time = await timed(() => must(guest, 'docker start s'));
      await must(guest, 'docker stop -t 0 s');
      if (i >= 3) values.push(time);
    }
    return values;
  };
  const alone = await starts();
  await must(
    guest,
    `for i in $(seq ${String(CROWD - 1)}); do docker run -d busybox sleep 1000; done >/dev/null`,
  );
  const crowded = await starts();
  const listed = (await byTurns(guest, { ours: 'docker ps' }, runs))['ours'] ?? [];
  await must(guest, 'docker rm -f $(docker ps -aq) >/dev/null');
  return [
    result('start.100', 'ms', crowded, { name: 'with one running', values: alone }),
    result('ps.100', 'ms', listed),
  ];
}
