/** Of Linux, in the order of their numbers, which begin at 1. */
const NAMES =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...NAMES.split(' ').map((name, index) => [name, index + 1] as const),
  // As engines count the real-time signals.
  ['RTMIN', 34],
  ['RTMAX', 64],
]);

/** The number of a signal as people and engines write it: "15", "TERM", "SIGTERM", "RTMIN+3", or the number itself. */
export function parseSignal(signal: string | number | null | undefined): number | undefined {
  const [, name = '', offset = '0'] = /^(?:SIG)?([A-Z]+\d?|\d{1,2})([+-]\d{1,2})?$/i.exec(String(signal ?? '')) ?? [];
  const number = (NUMBERS.get(name.toUpperCase()) ?? Number(name)) + Number(offset);
  return number > 0 ? number : undefined;
}
