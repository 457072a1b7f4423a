import { type FoundFile, readLines } from './document-files.ts';
import type { Found } from './found.ts';
import { inTimeOrder } from './in-time-order.ts';

export interface SearchOptions {
  readonly find: (line: string) => Found | undefined;
  /** Behind the last line of a file that was looked at. */
  readonly onPlace: (path: string, byte: number) => void;
}

export interface LastOptions extends SearchOptions {
  readonly limit: number;
  /** Of all of them together. */
  readonly maxCharacters?: number;
}

/** Whatever is asked for, no more is held. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** All that is found in these files, in the order of time. */
export async function* searchAll(files: readonly FoundFile[], options: SearchOptions): AsyncGenerator<Found> {
  for (const ofDay of byDay(files)) yield* searchDay(ofDay, options);
}

/** The last so many that are found, in the order of time; older days are not read when the newest have enough. */
export async function searchLast(
  files: readonly FoundFile[],
  { limit, maxCharacters = MOST_CHARACTERS, ...options }: LastOptions,
): Promise<readonly Found[]> {
  let last: readonly Found[] = [];
  for (const ofDay of byDay(files).reverse()) {
    const room = { lines: limit - last.length, characters: maxCharacters - charactersOf(last) };
    const { kept, isCut } = await newestOf(searchDay(ofDay, options), room);
    last = [...kept, ...last];
    // What is older must not stand right before what is left of a day.
    if (isCut || last.length >= limit) break;
  }
  return last;
}

function charactersOf(found: readonly Found[]): number {
  return found.reduce((sum, { line }) => sum + line.length, 0);
}

interface Room {
  readonly lines: number;
  readonly characters: number;
}

/** The last of those that come in their order. */
async function newestOf(source: AsyncIterable<Found>, room: Room) {
  let kept: Found[] = [];
  let characters = 0;
  let count = 0;
  for await (const found of source) {
    kept.push(found);
    count++;
    characters += found.line.length;
    // Not one at a time: that would move all the others each time.
    if (kept.length < 2 * room.lines && characters < 2 * room.characters) continue;
    kept = fitting(kept, room);
    characters = charactersOf(kept);
  }
  kept = fitting(kept, room);
  return { kept, isCut: kept.length < count };
}

function fitting(kept: readonly Found[], room: Room): Found[] {
  let characters = 0;
  const tooOld = kept.findLastIndex(({ line }, at) => {
    characters += line.length;
    return kept.length - at > room.lines || characters > room.characters;
  });
  return kept.slice(tooOld + 1);
}

function byDay(files: readonly FoundFile[]): (readonly FoundFile[])[] {
  const days = new Map<string, FoundFile[]>();
  for (const file of files) days.set(file.day, [...(days.get(file.day) ?? []), file]);
  return [...days.values()];
}

/** Each dataset's files of a day follow one another. */
function searchDay(files: readonly FoundFile[], options: SearchOptions): AsyncGenerator<Found> {
  const datasets = new Map<string, FoundFile[]>();
  for (const file of files) datasets.set(file.dataset, [...(datasets.get(file.dataset) ?? []), file]);
  return inTimeOrder([...datasets.values()].map((parts) => searchParts(parts, options)));
}

async function* searchParts(files: readonly FoundFile[], { find, onPlace }: SearchOptions): AsyncGenerator<Found> {
  for (const { path } of files) {
    for await (const line of readLines(path, { fromByte: 0, onPlace: (byte) => onPlace(path, byte) })) {
      const found = find(line);
      if (found !== undefined) yield found;
    }
  }
}
