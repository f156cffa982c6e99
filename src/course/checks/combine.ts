/** Checks made of checks: all, any, not, and order where order is the point. */
import type { Check, OrderCheck, TimedCheck } from '../schema-checks.ts';
import { fail, pass } from './outcome.ts';
import type { Deed, Outcome } from './outcome.ts';
import { wantedOf } from './subject.ts';

type Evaluate = (check: Check) => Outcome;

export function checkAll(checks: readonly Check[], evaluate: Evaluate): Outcome {
  const times: number[] = [];
  for (const check of checks) {
    const outcome = evaluate(check);
    if (!outcome.passed) return outcome;
    times.push(...outcome.times);
  }
  return pass(times);
}

/** Fails with the reason of the first way, the one a lesson teaches. */
export function checkAny(checks: readonly Check[], evaluate: Evaluate): Outcome {
  const outcomes = checks.map(evaluate);
  const found = outcomes.find((outcome) => outcome.passed) ?? outcomes[0];
  if (found === undefined) throw new Error('any has no checks; the schema asks for one at least');
  return found;
}

export function checkNot(check: Check, evaluate: Evaluate): Outcome {
  return evaluate(check).passed ? fail({ kind: 'unwanted' }) : pass();
}

/** `then` after `first`, with nothing of `without` between. */
export function checkOrder(order: OrderCheck, evaluate: Evaluate): Outcome {
  const first = evaluate(order.first);
  if (!first.passed) return first;
  const then = evaluate(order.then);
  if (!then.passed) return then;
  const without = order.without === undefined ? null : evaluate(order.without);
  const between = without?.passed === true ? without.times : [];

  const pairs = first.times.flatMap((from) =>
    then.times.filter((to) => to > from).map((to) => ({ from, to })),
  );
  const clean = pairs.filter(({ from, to }) => !between.some((time) => time > from && time < to));
  if (clean.length > 0) return pass(clean.map(({ to }) => to));
  if (pairs.length > 0 && order.without !== undefined) {
    return fail({ kind: 'in-between', between: deedOf(order.without) });
  }
  const deed = deedOf(order.first);
  if (deed.kind === 'container' && JSON.stringify(order.first) === JSON.stringify(order.then)) {
    return fail({
      kind: 'too-few-containers',
      seen: first.times.length,
      needed: first.times.length + 1,
      wanted: deed.wanted,
    });
  }
  return fail({ kind: 'wrong-order', first: deed, then: deedOf(order.then) });
}

function deedOf(check: TimedCheck): Deed {
  return 'container' in check
    ? { kind: 'container', wanted: wantedOf(check.container) }
    : { kind: 'request', request: check.request };
}
