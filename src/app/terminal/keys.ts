/** The keys that a phone's keyboard lacks, and what a terminal sends for each. */
export const keyBarKeys = {
  escape: '\u001b',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pipe: '|',
  slash: '/',
  minus: '-',
} as const;
export type KeyBarKey = keyof typeof keyBarKeys;

/** What Ctrl with a character sends; a character without a control code is sent as it is. */
export function withControl(data: string): string {
  if (data.length !== 1) return data;
  const code = data.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : data;
}

/** What the page does with a key pressed in the terminal; `null` leaves it to the terminal. */
export type PageKey = 'copy' | 'paste' | 'search' | 'pass' | null;

export interface Pressed {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/**
 * The keys that the terminal must not swallow. Ctrl+C stays the terminal's (it interrupts); Ctrl+V is given
 * up for pasting, since readers expect it and shells hardly use it.
 */
export function pageKey(key: Pressed): PageKey {
  if (key.code === 'F6') return 'pass';
  if (!key.ctrlKey || key.altKey || key.metaKey) return null;
  if (key.code === 'KeyV') return 'paste';
  if (!key.shiftKey) return key.code === 'Insert' ? 'copy' : null;
  if (key.code === 'KeyC') return 'copy';
  if (key.code === 'KeyF') return 'search';
  return key.code === 'KeyL' || /^Digit[1-4]$/.test(key.code) ? 'pass' : null;
}
