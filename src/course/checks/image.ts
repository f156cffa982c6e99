/** Images: is one there, or gone, how was it made, how large is it. */
import type { SeenImage } from '../engine.ts';
import { historyProbe } from '../probe.ts';
import type { ImageCheck } from '../schema-checks.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome } from './outcome.ts';
import { sameImage } from './reference.ts';
import { refusedPull } from './request.ts';
import { matches } from './subject.ts';

export function checkImage(check: ImageCheck, observed: Observed): Outcome {
  const { images } = observed.state;
  const { name, history, smallerThan } = check;
  const find = (wanted: string): SeenImage | undefined =>
    images.find(({ tags }) => tags.some((tag) => sameImage(tag, wanted)));
  const image = find(name);
  if (check.present === false) {
    return image === undefined ? pass() : fail({ kind: 'image-there', name });
  }
  if (image === undefined) {
    const refused = refusedPull(observed);
    if (refused !== null) return fail({ kind: 'image-refused', asked: refused, name });
    return fail({ kind: 'no-image', name });
  }
  if (history !== undefined) {
    const steps = observed.state.probed[historyProbe(name).key] ?? '';
    if (!matches(steps, history)) return fail({ kind: 'other-history', name, needed: history });
  }
  if (smallerThan === undefined) return pass();
  const other = find(smallerThan);
  if (other === undefined) return fail({ kind: 'no-image', name: smallerThan });
  return image.size < other.size ? pass() : fail({ kind: 'not-smaller', name, than: smallerThan });
}
