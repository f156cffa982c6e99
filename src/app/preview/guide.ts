import { intended, parsePreview, previewHref } from '../../worker/address.ts';
import type { Place } from '../../worker/address.ts';

/**
 * Keeps what a previewed page leads to within the preview. The service worker sees every request of such a page but
 * the page's way to another one: that is none of its business when the address, `/about` say, is outside the folder
 * that the worker looks after. So links and forms are put right as they are used, and what scripts do, where the
 * browser tells of it. Addresses outside the machine get a tab of their own.
 */
export function guide(site: URL, frame: Window): void {
  const { document } = frame;
  const here = parsePreview(site, new URL(document.URL))?.place;
  if (!here) return;
  document.addEventListener(
    'click',
    ({ target }) => {
      const link = near(target, 'a[href], area[href]');
      if (link) redirect(site, here, link, 'href');
    },
    true,
  );
  document.addEventListener(
    'submit',
    ({ target, submitter }) => {
      const button = submitter?.hasAttribute('formaction') === true ? submitter : null;
      if (button) redirect(site, here, button, 'formaction');
      else if (isElement(target)) redirect(site, here, target, 'action');
    },
    true,
  );
  // Not every browser has it, and lib.dom takes it for granted.
  const navigation: Navigation | undefined = frame.navigation;
  navigation?.addEventListener('navigate', (event) => {
    if (!event.cancelable || event.destination.sameDocument || event.formData) return;
    const href = preview(site, here, event.destination.url);
    if (href === null) return;
    event.preventDefault();
    frame.location.assign(href);
  });
}

/** Where an address of a previewed page leads, when it has to be put right; null when it does not. */
function preview(site: URL, here: Place, address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (parsePreview(site, url)) return null;
  const to = intended(site, here, url);
  return to && previewHref(site, to.place, to.path) + url.hash;
}

function redirect(site: URL, here: Place, element: Element, attribute: string): void {
  const value = element.getAttribute(attribute) ?? '';
  const { baseURI } = element;
  if (!URL.canParse(value, baseURI)) return;
  const url = new URL(value, baseURI);
  if (!/^https?:$/.test(url.protocol)) return;
  const href = preview(site, here, url.href);
  if (href !== null) element.setAttribute(attribute, href);
  const outside = href === null && !parsePreview(site, url);
  const target = element.getAttribute('target');
  if (outside) {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener');
  } else if (target === '_top' || target === '_parent') element.setAttribute('target', '_self');
}

/** Elements of a frame are of other classes than the page's. */
function isElement(target: EventTarget | null): target is Element {
  return target !== null && 'setAttribute' in target;
}

function near(target: EventTarget | null, selector: string): Element | null {
  return isElement(target) ? target.closest(selector) : null;
}
