/**
 * Makes the buttons of an element one stop of the Tab key, with the arrow keys between them (ARIA's roving tabindex).
 */
export function rove(element: HTMLElement): () => void {
  const buttons = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>('button')];
  const only = (chosen: HTMLElement | undefined): void => {
    for (const button of buttons()) button.tabIndex = button === chosen ? 0 : -1;
  };
  const current = (): HTMLElement | undefined =>
    buttons().find((button) => button.tabIndex === 0) ?? buttons()[0];
  const key = (event: KeyboardEvent): void => {
    const all = buttons();
    const at = all.findIndex((button) => button === document.activeElement);
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const button = all[Math.min(all.length - 1, Math.max(0, next))];
    only(button);
    button?.focus();
  };
  const focused = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement) only(target);
  };
  only(current());
  // What is drawn later is a stop of its own until then.
  const observer = new MutationObserver(() => {
    only(buttons().find((button) => button === document.activeElement) ?? firstStop());
  });
  const firstStop = (): HTMLElement | undefined => buttons()[0];
  observer.observe(element, { childList: true, subtree: true });
  element.addEventListener('keydown', key);
  element.addEventListener('focusin', focused);
  return () => {
    observer.disconnect();
    element.removeEventListener('keydown', key);
    element.removeEventListener('focusin', focused);
  };
}
