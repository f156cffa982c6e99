/** The schema of a step's checks: one kind a key, each about something that can be observed. */
import { z } from 'zod';

export const id = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case words joined by hyphens, such as "look-around"',
  );

export const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$/,
    'an image name, such as "busybox" or "busybox:1.36"',
  )
  .describe('An image as a learner writes it; without a tag it means any tag.');

const name = z.string().min(1).describe('The name given with --name.');

const since = z
  .enum(['step', 'lesson'])
  .optional()
  .describe('What counts: since this step opened (when not given), or since the lesson began.');

const exit = z.int().min(0).max(255);
const some = z.string().min(1);

/** How a check names the container that it is about. */
const subject = { image: image.optional(), name: name.optional() };
const isNamed = (check: {
  readonly image?: string | undefined;
  readonly name?: string | undefined;
}): boolean => check.image !== undefined || check.name !== undefined;
const nameIt = 'name the container by image or name';

const containerCheck = z
  .strictObject({
    ...subject,
    state: z
      .enum(['created', 'running', 'paused', 'exited'])
      .optional()
      .describe('exited holds too for a container that has ended and was removed.'),
    exit: exit.optional().describe('Exit code; asks that it has ended.'),
    tty: z.boolean().optional().describe('true: it has a terminal and its input is open (-it).'),
    command: some
      .optional()
      .describe('Its first process with its arguments; * stands for anything, such as "ls*".'),
    env: some
      .optional()
      .describe('A variable of its environment, such as COLOR=blue; * stands for anything.'),
    published: z
      .string()
      .regex(/^\d+:\d+$/, 'HOST:CONTAINER as in -p, such as "8080:80"')
      .optional()
      .describe('A port as -p publishes it: HOST:CONTAINER.'),
    starts: z.int().min(1).optional().describe('How many times at least it has been started.'),
    present: z
      .boolean()
      .optional()
      .describe(
        'true: it must still exist; false: it must be gone. Without it a removed container counts as well.',
      ),
    count: z
      .int()
      .min(1)
      .optional()
      .describe('How many such containers at least; 1 when not given.'),
  })
  .refine(isNamed, nameIt);

const imageCheck = z.strictObject({
  name: image,
  present: z.boolean().optional().describe('false: the image must be absent. true when not given.'),
  history: some
    .optional()
    .describe(
      'What made its layers, oldest first, as docker history says it; * stands for anything.',
    ),
  smallerThan: image.optional().describe('Another image that must be larger than this one.'),
});

const requestCheck = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']),
  path: z
    .string()
    .regex(/^\/[^?]*$/, 'an Engine API path without version and query, such as /containers/json')
    .describe(
      'Engine API path without version; * stands for one part, such as /containers/*/logs.',
    ),
  query: z
    .record(z.string(), z.string())
    .optional()
    .describe('Parameters that must be there; 1 and true are the same, * stands for anything.'),
  since,
});

const execCheck = z
  .strictObject({
    ...subject,
    command: some.optional().describe('With its arguments; * stands for anything.'),
    exit: exit.optional().describe('Exit code; 0 when not given, so it must have ended.'),
    since,
  })
  .refine(isNamed, nameIt)
  .describe('A command that was run in a container with docker exec.');

const signalCheck = z
  .strictObject({
    ...subject,
    signal: z
      .enum([
        'SIGHUP',
        'SIGINT',
        'SIGQUIT',
        'SIGKILL',
        'SIGUSR1',
        'SIGUSR2',
        'SIGTERM',
        'SIGCONT',
        'SIGSTOP',
        'SIGWINCH',
      ])
      .describe('As the engine sent it, whoever asked for it.'),
    since,
  })
  .refine(isNamed, nameIt);

const eventCheck = z
  .strictObject({
    ...subject,
    action: some.describe('As docker events shows it, such as detach, rename, oom.'),
    since,
  })
  .refine(isNamed, nameIt);

const fileCheck = z
  .strictObject({
    ...subject,
    path: z.string().regex(/^\/./, 'an absolute path of a file, such as "/etc/hosts"'),
    contains: some.optional().describe('Text that must be in the file.'),
    present: z.boolean().optional().describe('false: there must be no such file.'),
  })
  .refine(isNamed, nameIt)
  .describe('A file in the newest such container that still exists.');

const logCheck = z
  .strictObject({ ...subject, contains: some.describe('Text that it must have printed.') })
  .refine(isNamed, nameIt)
  .describe('The output of the newest such container that still exists.');

const answerCheck = z.strictObject({
  question: id.describe('The id of a question fence in the prose.'),
});

const kinds = {
  container: z.strictObject({ container: containerCheck }),
  image: z.strictObject({ image: imageCheck }),
  request: z.strictObject({ request: requestCheck }),
  exec: z.strictObject({ exec: execCheck }),
  signal: z.strictObject({ signal: signalCheck }),
  event: z.strictObject({ event: eventCheck }),
  file: z.strictObject({ file: fileCheck }),
  log: z.strictObject({ log: logCheck }),
  answer: z.strictObject({ answer: answerCheck }),
} as const;

/** A check of things that happen at a time: these can be put in order. */
const timedCheck = z.union([kinds.container, kinds.request]);

export type ContainerCheck = z.infer<typeof containerCheck>;
export type ImageCheck = z.infer<typeof imageCheck>;
export type RequestCheck = z.infer<typeof requestCheck>;
export type ExecCheck = z.infer<typeof execCheck>;
export type SignalCheck = z.infer<typeof signalCheck>;
export type EventCheck = z.infer<typeof eventCheck>;
export type FileCheck = z.infer<typeof fileCheck>;
export type LogCheck = z.infer<typeof logCheck>;
export type AnswerCheck = z.infer<typeof answerCheck>;
export type TimedCheck = z.infer<typeof timedCheck>;
export interface OrderCheck {
  first: TimedCheck;
  then: TimedCheck;
  without?: TimedCheck | undefined;
}

/** One check: exactly one key names its kind. */
export type Check =
  | TimedCheck
  | { image: ImageCheck }
  | { exec: ExecCheck }
  | { signal: SignalCheck }
  | { event: EventCheck }
  | { file: FileCheck }
  | { log: LogCheck }
  | { answer: AnswerCheck }
  | { order: OrderCheck }
  | { all: Check[] }
  | { any: Check[] }
  | { not: Check };

export const checkSchema: z.ZodType<Check> = z
  .lazy(() =>
    z.union([
      kinds.container,
      kinds.image,
      kinds.request,
      kinds.exec,
      kinds.signal,
      kinds.event,
      kinds.file,
      kinds.log,
      kinds.answer,
      z.strictObject({
        order: z.strictObject({
          first: timedCheck,
          then: timedCheck,
          without: timedCheck.optional().describe('Must not have happened between the two.'),
        }),
      }),
      z.strictObject({ all: z.array(checkSchema).min(1) }),
      z.strictObject({ any: z.array(checkSchema).min(1) }),
      z.strictObject({ not: checkSchema }),
    ]),
  )
  .meta({
    id: 'check',
    description: 'Something about observed state, never about what was typed.',
  });
