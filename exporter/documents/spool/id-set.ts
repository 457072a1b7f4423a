/** Ids, exactly, in a table of numbers: a Set of texts makes garbage of each, and the collector goes through all that are in it. */
export interface IdSet {
  readonly has: (id: string) => boolean;
  /** False when it is there already. */
  readonly add: (id: string) => boolean;
  readonly remove: (id: string) => void;
  readonly size: () => number;
  readonly clear: () => void;
}

/** The 120 bits of an id as documents have it; any other text is kept in a Set. */
const WORDS = 4;
const CHARACTERS_PER_WORD = 5;
const BITS_PER_CHARACTER = 6;
const ID_LENGTH = WORDS * CHARACTERS_PER_WORD;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NO_DIGIT = -1;
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => BASE64URL.indexOf(String.fromCharCode(code)));
/** In a slot's first word: those of ids are not negative. */
const EMPTY = -1;

/** For no more than so many ids at a time. */
export function createIdSet(maxIds: number): IdSet {
  const slots = 2 ** Math.ceil(Math.log2(2 * maxIds));
  const table = new Int32Array(slots * WORDS).fill(EMPTY);
  const others = new Set<string>();
  const words = new Int32Array(WORDS);
  let count = 0;
  const homeOf = (of: Int32Array, at: number) => hashOf(of, at) & (slots - 1);
  const slotAfter = (slot: number) => (slot + 1) & (slots - 1);
  const isEmpty = (slot: number) => table[slot * WORDS] === EMPTY;
  /** The slot of the words, or the empty one where they belong. */
  const find = (): number => {
    let slot = homeOf(words, 0);
    while (!isEmpty(slot) && !isSame(table, slot * WORDS, words)) slot = slotAfter(slot);
    return slot;
  };
  return {
    has: (id) => (parseWords(id, words) ? !isEmpty(find()) : others.has(id)),
    add: (id) => {
      if (!parseWords(id, words)) return others.size < others.add(id).size;
      const slot = find();
      if (!isEmpty(slot)) return false;
      table.set(words, slot * WORDS);
      count++;
      return true;
    },
    remove: (id) => {
      if (!parseWords(id, words)) {
        others.delete(id);
        return;
      }
      let hole = find();
      if (isEmpty(hole)) return;
      count--;
      // Who stands behind the hole because it was taken moves up, or nobody would find him.
      for (let slot = slotAfter(hole); !isEmpty(slot); slot = slotAfter(slot)) {
        const fromHome = (slot - homeOf(table, slot * WORDS)) & (slots - 1);
        if (fromHome < ((slot - hole) & (slots - 1))) continue;
        table.copyWithin(hole * WORDS, slot * WORDS, (slot + 1) * WORDS);
        hole = slot;
      }
      table[hole * WORDS] = EMPTY;
    },
    size: () => count + others.size,
    clear: () => {
      table.fill(EMPTY);
      others.clear();
      count = 0;
    },
  };
}

/** False for what is no id of the usual kind. */
function parseWords(id: string, words: Int32Array): boolean {
  if (id.length !== ID_LENGTH) return false;
  let at = 0;
  for (let word = 0; word < WORDS; word++) {
    let value = 0;
    for (const end = at + CHARACTERS_PER_WORD; at < end; at++) {
      const digit = DIGITS[id.charCodeAt(at)] ?? NO_DIGIT;
      if (digit === NO_DIGIT) return false;
      value = (value << BITS_PER_CHARACTER) | digit;
    }
    words[word] = value;
  }
  return true;
}

function isSame(table: Int32Array, at: number, words: Int32Array): boolean {
  return (
    table[at + 3] === words[3] && table[at + 2] === words[2] && table[at + 1] === words[1] && table[at] === words[0]
  );
}

/** Odd multipliers whose bits look like chance: ids that differ in a few bits must not lie side by side. */
function hashOf(words: Int32Array, at: number): number {
  let hash = Math.imul(words[at] ?? 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[at + 1] ?? 0), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[at + 2] ?? 0), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[at + 3] ?? 0), 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}
