/**
 * Every lesson in a real machine: its solution and its mistakes are typed into a real terminal, and the checks see
 * the engine through its API, as in the page. Of the mistakes a run takes a part (`part.ts`). `LESSON=id` proves one lesson alone, and whole
 * (`npm run lesson -- test id`).
 */
import { resolve } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lessonsOf, readCourse, readFolder, readLesson } from '../../src/course/disk.ts';
import type { Lesson } from '../../src/course/index.ts';
import { lessonFolder } from '../../src/course/loader.ts';
import { parseMistakes, parseSolution } from '../../src/course/script.ts';
import type { Mistake, SolutionStep } from '../../src/course/script.ts';
import { isInPart } from '../part.ts';
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
  const rooms: Classroom[] = [];

  beforeAll(async () => {
    const folder = lessonFolder(entry.number, entry.id);
    const files = await readFolder(resolve(root, folder));
    lesson = await readLesson(root, entry);
    solution = parseSolution(files['solution.sh'] ?? '', `lessons/${folder}/solution.sh`);
    mistakes = parseMistakes(files['wrong.sh'] ?? '', `lessons/${folder}/wrong.sh`);
  });

  afterEach(async () => {
    for (const room of rooms.splice(0)) await room.close();
  });

  const open = async (...how: Parameters<typeof Classroom.open>): Promise<Classroom> => {
    const room = await Classroom.open(...how);
    rooms.push(room);
    return room;
  };

  it('no step holds in a fresh machine, the solution passes step by step, undo opens the last again', async () => {
    const room = await open(lesson);
    expect(await room.holding()).toEqual([]);
    let before = new ArrayBuffer();
    for (const { step, deeds } of solution) {
      room.expectOpen(step);
      if (step === solution.at(-1)?.step) before = await room.save();
      await room.doAll(step, deeds);
      await room.passed(step);
    }
    expect(room.runner.passed).toBe(true);
    console.log(`${lesson.id}: ms from the prompt to "passed": ${room.delays.join(', ')}`);

    room.runner.undo();
    await room.close();
    const again = await open(lesson, { state: before, progress: room.progress });
    again.expectOpen(solution.at(-1)?.step ?? '');
  });

  const whole = only !== undefined || isInPart(entry.number);
  it.runIf(whole)(
    'each mistake keeps its step open and gives its reason in both languages; other ways pass',
    async () => {
      const room = await open(lesson);
      for (const { step, deeds, other } of solution) {
        for (const mistake of mistakes.filter((one) => one.step === step)) {
          await room.doAll(step, mistake.deeds);
          await room.givesReason(step, mistake.reason);
        }
        await room.doAll(step, other ?? deeds);
        await room.passed(step);
      }
    },
  );
});
