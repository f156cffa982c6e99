/** Signals of Linux on x86 by number, from signal(7). */
const NAMES = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP ' +
  'TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

export const SIGKILL = 9;
export const SIGTERM = 15;

/** `SIGTERM`; real-time signals by their number: `SIG34`. */
export function signalName(number: number): string {
  return `SIG${NAMES[number - 1] ?? String(number)}`;
}

/** `KILL`, `SIGKILL`, `sigkill` or `9`; null when there is no such signal. */
export function signalNumber(text: string): number | null {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number >= 1 && number <= 64 ? number : null;
  }
  const bare = text.toUpperCase().replace(/^SIG/, '');
  const number = NAMES.indexOf(bare) + 1;
  return number === 0 ? null : number;
}
