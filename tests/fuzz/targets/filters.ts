/** The `filters` parameter of list requests, and what is done with it. */
import { fits, fitsLabels, parseFilters } from '../../../src/engine/api/filters.ts';
import { expected, text } from './refusals.ts';

const ALLOWED = ['label', 'name', 'id'];

export function fuzz(data: Uint8Array): void {
  expected(() => {
    const filters = parseFilters(text(data), ALLOWED);
    for (const name of ALLOWED) fits(filters, name, (value) => 'abc'.startsWith(value));
    fitsLabels(filters, { a: 'b' });
  });
}
