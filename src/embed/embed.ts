/** embed.js: defines the element, once, however often the script is on the page. */
import { ShipInABottle } from './element.ts';

if (customElements.get('ship-in-a-bottle') === undefined) {
  customElements.define('ship-in-a-bottle', ShipInABottle);
}
