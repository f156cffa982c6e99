import DOMPurify from 'dompurify';

/**
 * A piece of a lesson's prose as it is safe to show: scripts, styles and event handlers are gone, whatever the lesson
 * said. Links lead out of the page into a tab of their own, so that the machine here runs on.
 */
export function safeHtml(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'iframe', 'img'],
    FORBID_ATTR: ['style', 'class', 'id'],
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a[href]')) {
    if (link.getAttribute('href')?.startsWith('#')) continue;
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  // As nodes: text that is parsed a second time may mean something else.
  return fragment;
}
