import { describe, expect, it } from 'vitest';
import { FakeSys } from './fake.ts';
import { argumentsOf, packPlan, readRecords, shared, steps, type Call } from './step.ts';

const sys = new FakeSys();
const own = (name: string): Call => ({ op: 'sethostname', name });
const memory = new Map<string, readonly Call[]>();
const common = (key: string): readonly Call[] =>
  shared(memory, key, () => [{ op: 'mask', path: `/proc/${key}` }, { op: 'setsid' }]);

describe('packing a plan', () => {
  it.each(['at first', 'and from memory'])('keeps the order of shared and own steps, %s', () => {
    const plan = steps('child', [own('a'), own('b'), ...common('x'), own('c'), ...common('y')]);
    const read = readRecords(packPlan(sys, plan), (bytes) => sys.decode(bytes));
    expect(read).toEqual(plan.map((step) => ['child', step.op, ...argumentsOf(step)]));
  });

  it('shares what has the same key, and forgets when there is too much of it', () => {
    const first = common('z');
    expect(common('z')).toBe(first);
    for (let i = 0; i < 40; i++) common(String(i));
    expect(memory.size).toBeLessThanOrEqual(16);
    expect(common('z')).toEqual(first);
  });

  it('packs an empty plan to nothing', () => {
    expect(packPlan(sys, []).byteLength).toBe(0);
  });
});
