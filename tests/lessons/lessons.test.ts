/**
 * Every lesson in a real machine: its solution and its mistakes are typed into a real terminal, and the checks see
 * the engine through its API, as in the page. `LESSON=id` proves one alone (`npm run lesson -- test id`).
 */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/course/checks/evaluate.ts';
import { lessonsOf, readCourse, readFolder, readLesson } from '../../src/course/disk.ts';
import type { EngineState } from '../../src/course/engine.ts';
import type { Lesson } from '../../src/course/index.ts';
import { lessonFolder } from '../../src/course/loader.ts';
import { parseMistakes, parseSolution } from '../../src/course/script.ts';
import type { Mistake, SolutionStep } from '../../src/course/script.ts';
import { EngineWatch } from '../../src/course/watch.ts';
import { Classroom } from './classroom.ts';

const root = resolve(import.meta.dirname, '../../lessons');
const only = process.env['LESSON'];
const ready = lessonsOf(await readCourse(root)).filter(
  ({ state, id }) => state === 'ready' && (only === undefined || only === id),
);

describe.each(ready)('$id', (entry) => {
  let lesson: Lesson;
  let solution: readonly SolutionStep[];
  let mistakes: readonly Mistake[];
  let room: Classroom | undefined;

  beforeAll(async () => {
    const folder = lessonFolder(entry.number, entry.id);
    const files = await readFolder(resolve(root, folder));
    lesson = await readLesson(root, entry);
    solution = parseSolution(files['solution.sh'] ?? '', `lessons/${folder}/solution.sh`);
    mistakes = parseMistakes(files['wrong.sh'] ?? '', `lessons/${folder}/wrong.sh`);
  });

  const open = async (): Promise<Classroom> => {
    await room?.close();
    room = await Classroom.open(lesson);
    return room;
  };
  afterAll(async () => {
    await room?.close();
  });

  it('no step holds in a fresh machine', async () => {
    const { client } = await open();
    const states: EngineState[] = [];
    const watch = new EngineWatch(client, {
      changed: (state) => states.push(state),
      problem: (detail) => {
        expect(detail).toBeNull();
      },
    });
    await watch.start();
    watch.stop();
    const state = states.at(-1);
    if (state === undefined) throw new Error('the watch began without a state');
    for (const step of lesson.steps) {
      const holds = step.checks.map(
        (check) => evaluate(check, { state, stepStart: 0, answers: {} }).passed,
      );
      expect(holds, step.id).toContain(false);
    }
  });

  it('the solution passes step by step', async () => {
    const classroom = await open();
    for (const { step, deeds } of solution) {
      classroom.expectOpen(step);
      await classroom.doAll(step, deeds);
      await classroom.passed(step);
    }
    expect(classroom.runner.passed).toBe(true);
    console.log(`${lesson.id}: ms from the prompt to "passed": ${classroom.delays.join(', ')}`);
  });

  it('each mistake keeps its step open and gives its reason in both languages', async () => {
    const classroom = await open();
    for (const { step, deeds } of solution) {
      for (const mistake of mistakes.filter((one) => one.step === step)) {
        await classroom.doAll(step, mistake.deeds);
        await classroom.givesReason(step, mistake.reason);
      }
      await classroom.doAll(step, deeds);
      await classroom.passed(step);
    }
  });
});
