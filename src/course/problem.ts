/** Mistakes in lesson files, told to their author: file, line, field, and what is allowed. */
export interface Problem {
  /** As it was given to the loader, such as `01-what-is-a-container/lesson.yaml`. */
  readonly file: string;
  /** From 1; 1 too when the whole file is meant. */
  readonly line: number;
  /** Such as `steps[2].checks[0].request.method`, or a heading; empty when the file as a whole is meant. */
  readonly field: string;
  readonly message: string;
}

export class LessonError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describe).join('\n'));
    this.name = 'LessonError';
    this.problems = problems;
  }
}

function describe({ file, line, field, message }: Problem): string {
  return `${file}:${String(line)}: ${field === '' ? '' : `${field}: `}${message}`;
}

export function problem(file: string, line: number, field: string, message: string): LessonError {
  return new LessonError([{ file, line, field, message }]);
}
