/** A machine saved as a difference to the snapshot, and restored: what runs in it goes on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { baseOf, Keeper, NOW } from '../../src/machine/session/keeper.ts';
import type { Base } from '../../src/machine/session/keeper.ts';
import type { Marks } from '../../src/machine/session/pages.ts';
import { memoryStore } from '../../src/machine/session/store.ts';
import { unpack } from '../../src/machine/unpack.ts';
import { Guest, openMachine } from './machine.ts';

let base: Base;
beforeAll(async () => {
  await (await openMachine()).destroy(); // the snapshot is there from here on
  const assets = fileAssets();
  base = baseOf(await unpack(await assets.code(), (await assets.state()).state));
});

const guests: Guest[] = [];
afterAll(async () => {
  for (const guest of guests) await guest.close();
});
const open = async (options: Parameters<typeof Guest.open>[0] = {}): Promise<Guest> => {
  const guest = await Guest.open(options);
  guests.push(guest);
  return guest;
};

/** Keeps the machine as it is now; gives the layer's size and how long the guest stood still, in ms. */
async function save(
  keeper: Keeper,
  { machine }: Guest,
  marks: Marks,
  name?: string,
): Promise<void> {
  const begin = performance.now();
  const { changes, devices, connections } = machine.capture(marks);
  const still = performance.now() - begin;
  const note = { at: Date.now(), shown: [], connections, page: null };
  const before = keeper.inventory.bytes;
  await keeper.save({ devices, changes, note }, name);
  console.log(
    `${name ?? NOW}: ${String(changes.pages.length)} pages, ` +
      `${((keeper.inventory.bytes - before) / 1e6).toFixed(2)} MB stored, still for ${still.toFixed(1)} ms`,
  );
}

it('containers, their processes, files and the engine go on after a restore', async () => {
  const { keeper } = await Keeper.open(memoryStore(), 'build');
  const marks = base.marks.slice();
  const first = await open();
  const count = 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.2; done';
  expect((await first.sh(`docker run -d --name count busybox sh -c '${count}'`)).code).toBe(0);
  await save(keeper, first, marks, 'counting');
  await first.sh('echo kept >~/mine; docker tag busybox later');
  await save(keeper, first, marks);
  const lines = Number((await first.sh('docker logs count | wc -l')).stdout);
  await first.close();

  const now = await keeper.restore(NOW, Promise.resolve(base));
  const again = await open({ saved: now });
  const { stdout } = await again.sh(
    'cat ~/mine; docker ps --format "{{.Names}} {{.State}}"; docker images -q later | wc -l',
  );
  expect(stdout).toBe('kept\ncount running\n1\n');
  expect(Number((await again.sh('date +%s')).stdout) * 1000).toBeGreaterThan(Date.now() - 3_000);
  const more = 'n=$(docker logs count | wc -l); sleep 1; [ $(docker logs count | wc -l) -gt $n ]';
  expect((await again.sh(more)).code).toBe(0);
  expect(Number((await again.sh('docker logs count | wc -l')).stdout)).toBeGreaterThan(lines);
  expect(
    (await again.sh('docker stop -t 1 count && docker run --rm busybox echo new')).stdout,
  ).toContain('new');
  await save(keeper, again, now.marks.slice());
  await again.close();

  const back = await open({ saved: await keeper.restore('counting', Promise.resolve(base)) });
  expect((await back.sh('ls ~; docker ps -q | wc -l; docker images -q later | wc -l')).stdout).toBe(
    '1\n0\n',
  );
  expect((await back.sh('docker exec count true')).code).toBe(0);
});

it('a pull in the middle of which the machine was saved ends with an error, and works again', async () => {
  const { keeper } = await Keeper.open(memoryStore(), 'build');
  const marks = base.marks.slice();
  const first = await open();
  await first.sh('true');
  const pulling = first.machine.request('/images/create?fromImage=redis&tag=latest', {
    method: 'POST',
  });
  const body = (await pulling).body?.getReader();
  await body?.read();
  await save(keeper, first, marks);
  await first.close();
  const again = await open({ saved: await keeper.restore(NOW, Promise.resolve(base)) });
  const { code, stdout } = await again.sh('docker pull redis && docker images -q redis | wc -l');
  expect([code, stdout.trim().split('\n').at(-1)]).toEqual([0, '1']);
});
