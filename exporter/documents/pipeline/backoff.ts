const FIRST_MS = 500;

/** How long to wait after so many failures in a row: twice as long each time, and half of it by chance. */
export function backoffMs(failures: number, maxMs: number, random: () => number): number {
  const full = Math.min(maxMs, FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return full / 2 + (random() * full) / 2;
}
