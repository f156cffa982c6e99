/** What a key of the page's own asks for: the next region, the lesson, the pane, the search, or a terminal from 0. */
export type Shortcut = 'onward' | 'lesson' | 'pane' | 'search' | number;

const letters: Readonly<Record<string, Shortcut>> = {
  KeyL: 'lesson',
  KeyE: 'pane',
  KeyF: 'search',
  Digit1: 0,
  Digit2: 1,
  Digit3: 2,
  Digit4: 3,
};

/** The shortcut that was pressed, by the key's place on the keyboard; null when it was none. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.key === 'F6') return event.ctrlKey || event.altKey ? null : 'onward';
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return null;
  return letters[event.code] ?? null;
}
