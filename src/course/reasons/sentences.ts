/** What every language must be able to say; `en.ts` and `ko.ts` say it. */
import type { Reason } from '../checks/outcome.ts';
import type { RequestKey } from './requests.ts';

export type Notice =
  | { readonly kind: 'progress-unreadable' }
  | { readonly kind: 'progress-blocked' }
  | { readonly kind: 'engine-unreachable'; readonly detail: string };

export interface Sentences {
  reason(reason: Reason): string;
  notice(notice: Notice): string;
  readonly requests: Readonly<Record<RequestKey, string>>;
}
