import { Guest } from '../guest/machine.ts';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { Machine } from '../../src/machine/index.ts';
import { result, type Result } from './result.ts';
import { byTurns, makeBundle, must, openBesidePeers, timed } from './turns.ts';

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

/** `run.true` and `ps`, beside crun, runc and Docker's CLI in the same guest. */
export async function besidePeers(runs = 15): Promise<Result[]> {
  const { guest, peers } = await openBesidePeers();
  const figures = [...(await runTrue(guest, peers, runs)), ...(await ps(guest, peers, runs))];
  await guest.close();
  return figures;
}

async function runTrue(guest: Guest, peers: boolean, runs: number): Promise<Result[]> {
  const ours = 'docker run --rm busybox true';
  if (!peers) {
    const times = await byTurns(guest, { ours }, runs);
    return [result('run.true', 'ms', times['ours'] ?? [])];
  }
  await makeBundle(guest, '/bundle', '"true"');
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
