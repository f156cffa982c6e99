/** Lesson files on a disk, for Node: the tests, `npm run lesson`, and the build of the page. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Course, CourseLesson, Lesson } from './lesson.ts';
import { lessonFolder, loadCourse, loadLesson } from './loader.ts';
import { parseSolution } from './script.ts';
import type { SolutionStep } from './script.ts';

/** Every file below `folder`, by path with `/`. Files that are not UTF-8 text do not belong into a lesson. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path).split(sep).join('/'), await readFile(path, 'utf8')];
  });
  return Object.fromEntries(await Promise.all(read));
}

/** @param root The `lessons` folder. @throws LessonError */
export async function readCourse(root: string): Promise<Course> {
  return loadCourse(await readFile(join(root, 'course.yaml'), 'utf8'), 'lessons/course.yaml');
}

/** @throws LessonError */
export async function readLesson(root: string, { number, id }: CourseLesson): Promise<Lesson> {
  const folder = lessonFolder(number, id);
  return loadLesson(await readFolder(join(root, folder)), `lessons/${folder}`);
}

/** What `solution.sh` does. @throws LessonError */
export async function readSolution(
  root: string,
  { number, id }: CourseLesson,
): Promise<readonly SolutionStep[]> {
  const path = join(lessonFolder(number, id), 'solution.sh');
  return parseSolution(await readFile(join(root, path), 'utf8'), `lessons/${path}`);
}

export function lessonsOf(course: Course): readonly CourseLesson[] {
  return course.parts.flatMap((part) => part.lessons);
}
