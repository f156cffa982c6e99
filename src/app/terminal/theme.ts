import type { ITheme } from '@xterm/xterm';

/** Ink on paper: the sixteen colours each hold 4.5:1 on the sheet. */
const light: ITheme = {
  background: '#fdfcf9',
  foreground: '#14222c',
  cursor: '#a83a08',
  cursorAccent: '#fdfcf9',
  selectionBackground: '#cfe0e6',
  selectionForeground: '#14222c',
  selectionInactiveBackground: '#e4e6e3',
  black: '#14222c',
  red: '#a3123a',
  green: '#0a6350',
  yellow: '#7a5200',
  blue: '#1c5a94',
  magenta: '#7d2f86',
  cyan: '#0b6273',
  white: '#5c6a73',
  brightBlack: '#55646e',
  brightRed: '#b91c45',
  brightGreen: '#0b7059',
  brightYellow: '#8a5d00',
  brightBlue: '#2366a8',
  brightMagenta: '#8f3a98',
  brightCyan: '#0d7084',
  brightWhite: '#2b3c47',
};

/** Deep sea. */
const dark: ITheme = {
  background: '#0a1c27',
  foreground: '#dfeaef',
  cursor: '#ff9d5e',
  cursorAccent: '#0a1c27',
  selectionBackground: '#23506a',
  selectionForeground: '#f2f8fa',
  selectionInactiveBackground: '#183545',
  black: '#4d6675',
  red: '#ff8fa3',
  green: '#6bd6b4',
  yellow: '#e5c07a',
  blue: '#86bdf0',
  magenta: '#d7a3df',
  cyan: '#79cfde',
  white: '#c3d3db',
  brightBlack: '#7f98a6',
  brightRed: '#ffa9b8',
  brightGreen: '#8fe6c9',
  brightYellow: '#f1d59c',
  brightBlue: '#a9d2f7',
  brightMagenta: '#e6bfec',
  brightCyan: '#a0e0eb',
  brightWhite: '#f4f9fb',
};

/** The colours of the terminal, kept with those of the page (ui/theme.css). */
export function terminalTheme(isDark: boolean): ITheme {
  return isDark ? dark : light;
}
