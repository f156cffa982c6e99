/** Progress and machine, out of this browser and into it; and what a learner has to show. */
import { evidence, evidenceOf } from '../../course/evidence.ts';
import type { Progress } from '../../course/index.ts';
import type { Saved } from './context.ts';
import { download, today } from './download.ts';
import { readSessionFile, writeSessionFile } from './file.ts';
import type { SessionFile } from './file.ts';

/** Hands the reader a file with the progress of every lesson, and with the machine as it is now. */
export async function exportSession(
  { session, lesson }: Saved,
  withMachine: boolean,
): Promise<void> {
  const progress = Object.fromEntries(await begun(lesson));
  const portable = withMachine ? await session.takeOut() : null;
  const file = writeSessionFile(Date.now(), progress, portable);
  download(file, `ship-in-a-bottle-${today()}.session`);
}

/** What is in a file that the reader chose; rejects with what is wrong with it. */
export function openSession(file: Blob): Promise<SessionFile> {
  return readSessionFile(file);
}

/** Puts what is in a file in the place of what is here. Rejects when its machine is not sound; its progress is kept then. */
export async function importSession(
  { session, machine, lesson }: Saved,
  { progress, machine: brought }: SessionFile,
): Promise<void> {
  lesson.take(progress);
  lesson.watchAgain();
  if (brought) await session.bringIn(brought.portable, brought.note, machine);
}

/** Hands the reader their evidence; of one lesson, or of all that were begun. */
export async function saveEvidence(
  { lesson }: Pick<Saved, 'lesson'>,
  only?: string,
): Promise<void> {
  const { course, loadLesson } = await import('virtual:course');
  const titles = new Map(
    course.parts.flatMap(({ lessons }) => lessons.map(({ id, title }) => [id, title])),
  );
  const lessons = [];
  for (const [id, progress] of await begun(lesson)) {
    const title = titles.get(id);
    if (title === undefined || (only !== undefined && only !== id)) continue;
    lessons.push(evidenceOf(await loadLesson(id), title, progress));
  }
  const text = `${JSON.stringify(evidence(lessons, new Date()), null, 2)}\n`;
  download(
    new Blob([text], { type: 'application/json' }),
    `ship-in-a-bottle-${only ?? 'evidence'}-${today()}.json`,
  );
}

/** The lessons of which something is known. */
async function begun(lesson: Saved['lesson']): Promise<readonly (readonly [string, Progress])[]> {
  const { sizes } = await import('virtual:course');
  return Object.keys(sizes)
    .map((id) => [id, lesson.progressOf(id)] as const)
    .filter(([, { passed, hints, answers }]) =>
      [passed, hints, answers].some((known) => Object.keys(known).length > 0),
    );
}
