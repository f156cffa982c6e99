/**
 * The schema of `lesson.yaml` and `course.yaml`. Strict: an unknown key is a mistake. The JSON Schema for
 * editors (`npm run lesson -- schema`) is made from these, so the descriptions here are what an author sees.
 * The kinds of checks stand in `schema-checks.ts`.
 */
import { z } from 'zod';
import { checkSchema, id, image } from './schema-checks.ts';

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
