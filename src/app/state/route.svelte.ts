/** The places of the page: `#/` is the lesson beside the terminal, `#/sandbox` the machine alone. */
export type Place = 'lesson' | 'sandbox';

/** The place that an address's hash names; what is unknown is the lesson. */
function placeOf(hash: string): Place {
  return hash.replace(/^#\/?/, '') === 'sandbox' ? 'sandbox' : 'lesson';
}

/** Address of a place, for links. */
export const hrefOf: Readonly<Record<Place, string>> = { lesson: '#/', sandbox: '#/sandbox' };

/** Where the reader is, following the address. */
export class Route {
  place: Place = $state('lesson');

  constructor(target: Window) {
    this.place = placeOf(target.location.hash);
    target.addEventListener('hashchange', () => {
      this.place = placeOf(target.location.hash);
    });
  }
}
