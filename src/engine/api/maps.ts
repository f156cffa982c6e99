import * as v from 'valibot';
import { sorted } from '../sorted.ts';

/** A map of texts in a body, sorted. */
export const textMap = v.nullish(v.pipe(v.record(v.string(), v.string()), v.transform(sorted)));
