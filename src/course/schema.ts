/**
 * The schema of `lesson.yaml` and `course.yaml`. Strict: an unknown key is a mistake. The JSON Schema for
 * editors (`npm run lesson -- schema`) is made from these, so the descriptions here are what an author sees.
 */
import { z } from 'zod';

const id = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case words joined by hyphens, such as "look-around"',
  );

const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$/,
    'an image name, such as "busybox" or "busybox:1.36"',
  )
  .describe('An image as a learner writes it; without a tag it means any tag.');

const containerCheck = z
  .strictObject({
    image: image.optional(),
    name: z.string().min(1).optional().describe('The name given with --name.'),
    state: z
      .enum(['created', 'running', 'paused', 'exited'])
      .optional()
      .describe('exited holds too for a container that has ended and was removed.'),
    exit: z.int().min(0).max(255).optional().describe('Exit code; asks that it has ended.'),
    tty: z.boolean().optional().describe('true: it has a terminal and its input is open (-it).'),
    present: z
      .boolean()
      .optional()
      .describe('true: it must still exist. Without it a removed container counts as well.'),
    count: z
      .int()
      .min(1)
      .optional()
      .describe('How many such containers at least; 1 when not given.'),
  })
  .refine(
    (check) => check.image !== undefined || check.name !== undefined,
    'name the container by image or name',
  );

const imageCheck = z.strictObject({
  name: image,
  present: z.boolean().optional().describe('false: the image must be absent. true when not given.'),
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
    .describe('Parameters that must be there; 1 and true are the same, * is any value.'),
  since: z
    .enum(['step', 'lesson'])
    .optional()
    .describe(
      'Which requests count: those since this step opened (when not given), or since the lesson began.',
    ),
});

const answerCheck = z.strictObject({
  question: id.describe('The id of a question fence in the prose.'),
});

const leafShapes = {
  container: z.strictObject({ container: containerCheck }),
  image: z.strictObject({ image: imageCheck }),
  request: z.strictObject({ request: requestCheck }),
} as const;

/** A check of things that happen at a time: these can be put in order. */
const timedCheck = z.union([leafShapes.container, leafShapes.request]);

export type ContainerCheck = z.infer<typeof containerCheck>;
export type ImageCheck = z.infer<typeof imageCheck>;
export type RequestCheck = z.infer<typeof requestCheck>;
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
  | { answer: AnswerCheck }
  | { order: OrderCheck }
  | { all: Check[] }
  | { any: Check[] }
  | { not: Check };

const checkSchema: z.ZodType<Check> = z
  .lazy(() =>
    z.union([
      leafShapes.container,
      leafShapes.image,
      leafShapes.request,
      z.strictObject({ answer: answerCheck }),
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

export const lessonSchema = z.strictObject({
  id: id.describe('The folder name without its number.'),
  minutes: z.int().min(1).max(60).describe('How long the lesson takes a learner.'),
  images: z
    .array(image)
    .describe('Images that the lesson uses; the bundled registry must have them.'),
  machine: z
    .strictObject({ memory: z.int().min(64).max(1024).describe('Memory of the machine in MiB.') })
    .optional(),
  steps: z
    .array(
      z.strictObject({
        id,
        checks: z.array(checkSchema).min(1).describe('All must pass for the step to pass.'),
      }),
    )
    .min(1)
    .describe('In order; each has a "## " heading in en.md and ko.md.'),
});

const perLanguage = z.strictObject({ en: z.string().min(1), ko: z.string().min(1) });

export const courseSchema = z.strictObject({
  title: perLanguage,
  parts: z
    .array(
      z.strictObject({
        title: perLanguage,
        lessons: z
          .array(
            z.strictObject({
              id,
              state: z.enum(['ready', 'planned']),
              title: perLanguage,
              summary: perLanguage,
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});
