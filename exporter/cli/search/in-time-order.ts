/** What has a time. */
interface Timed {
  readonly timestamp: string;
  readonly line: string;
}

/** A line may come so many lines after one that is newer: a check's end is told when the check is seen. */
const OUT_OF_ORDER = 512;
/** Of long lines fewer are held: a container can write a MiB in each. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** The items of several sources, each nearly in order, in the order of time; twice so many of each are held at once. */
export async function* inTimeOrder<T extends Timed>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const heads: Head<T>[] = [];
  for (const source of sources) {
    const head = { items: sorted(source) };
    const first = await head.items.next();
    if (first.done !== true) heads.push({ ...head, next: first.value });
  }
  while (heads.length > 0) {
    const oldest = heads.reduce((a, b) => (b.next.timestamp < a.next.timestamp ? b : a));
    yield oldest.next;
    const following = await oldest.items.next();
    if (following.done === true) heads.splice(heads.indexOf(oldest), 1);
    else oldest.next = following.value;
  }
}

interface Head<T> {
  readonly items: AsyncGenerator<T>;
  next: T;
}

async function* sorted<T extends Timed>(source: AsyncIterable<T>): AsyncGenerator<T> {
  let held: T[] = [];
  let characters = 0;
  for await (const item of source) {
    held.push(item);
    characters += item.line.length;
    if (held.length < 2 * OUT_OF_ORDER && characters < MOST_CHARACTERS) continue;
    held.sort(byTime);
    const half = Math.ceil(held.length / 2);
    yield* held.slice(0, half);
    held = held.slice(half);
    characters = held.reduce((sum, { line }) => sum + line.length, 0);
  }
  yield* held.sort(byTime);
}

/** Those of one moment stay as they came. */
function byTime(a: Timed, b: Timed): number {
  if (a.timestamp === b.timestamp) return 0;
  return a.timestamp < b.timestamp ? -1 : 1;
}
