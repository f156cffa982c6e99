import type { SignalView } from '../../protocol/bottle.ts';
import { Recent } from '../recent.ts';
import type { Sys } from '../sys/sys.ts';

/** How many a late reader can still see. */
const KEPT = 64;

/** The signals that the daemon sent to containers: the last ones, and whoever watches. */
export class SignalLog extends Recent<SignalView> {
  readonly #sys: Pick<Sys, 'timestamp'>;

  constructor(sys: Pick<Sys, 'timestamp'>) {
    super(KEPT);
    this.#sys = sys;
  }

  note(sent: Omit<SignalView, 'time'>): void {
    this.add({ time: this.#sys.timestamp(), ...sent });
  }
}
