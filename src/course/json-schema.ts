/** The schemas as JSON Schema, for editors that complete and check YAML while it is written. */
import { z } from 'zod';
import { courseSchema, lessonSchema } from './schema.ts';

/** File in `lessons/` → JSON Schema (draft 2020-12). */
export function jsonSchemas(): Readonly<Record<string, unknown>> {
  return {
    'lesson.schema.json': z.toJSONSchema(lessonSchema, { io: 'input' }),
    'course.schema.json': z.toJSONSchema(courseSchema, { io: 'input' }),
  };
}
