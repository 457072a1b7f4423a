/** `15s`, `5m`, `500ms`, `1h30m`: each unit at most once, the largest first. */
export const DURATION = /^(?=.)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?$/;
const MILLISECONDS = [86_400_000, 3_600_000, 60_000, 1000, 1];

const SIZE = /^(\d{1,6})(KB|MB|GB|KiB|MiB|GiB)$/;
const BYTES = new Map([
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
]);

/** Milliseconds, or nothing when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const amounts = DURATION.exec(text)?.slice(1);
  return amounts?.reduce(
    (sum, amount: string | undefined, at) => sum + Number(amount ?? 0) * (MILLISECONDS[at] ?? 0),
    0,
  );
}

/** Bytes of `10MB` (powers of 1000) or `8MiB` (powers of 1024), or nothing when the text is no size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  const bytes = BYTES.get(unit ?? '');
  return bytes === undefined ? undefined : Number(amount) * bytes;
}
