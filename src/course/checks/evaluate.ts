/** One check against what is observed. Pure: the same state gives the same outcome. */
import type { AnswerCheck, Check } from '../schema-checks.ts';
import { checkAll, checkAny, checkNot, checkOrder } from './combine.ts';
import { checkContainer } from './container.ts';
import { checkFile, checkLog } from './content.ts';
import { checkEvent, checkExec, checkSignal } from './event.ts';
import { checkImage } from './image.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome } from './outcome.ts';
import { checkRequest } from './request.ts';

export function evaluate(check: Check, observed: Observed): Outcome {
  const again = (inner: Check): Outcome => evaluate(inner, observed);
  if ('container' in check) return checkContainer(check.container, observed);
  if ('image' in check) return checkImage(check.image, observed);
  if ('request' in check) return checkRequest(check.request, observed);
  if ('exec' in check) return checkExec(check.exec, observed);
  if ('signal' in check) return checkSignal(check.signal, observed);
  if ('event' in check) return checkEvent(check.event, observed);
  if ('file' in check) return checkFile(check.file, observed);
  if ('log' in check) return checkLog(check.log, observed);
  if ('answer' in check) return checkAnswer(check.answer, observed);
  if ('order' in check) return checkOrder(check.order, again);
  if ('all' in check) return checkAll(check.all, again);
  if ('any' in check) return checkAny(check.any, again);
  return checkNot(check.not, again);
}

function checkAnswer({ question }: AnswerCheck, { answers }: Observed): Outcome {
  const answer = answers[question];
  if (answer === undefined) return fail({ kind: 'unanswered' });
  return answer.correct ? pass() : fail({ kind: 'answered-wrong' });
}
