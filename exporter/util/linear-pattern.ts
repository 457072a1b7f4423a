import { loadWhenUsed } from './load-when-used.ts';

/** A pattern that takes time in proportion to the text, whatever it says (R1). */
export interface LinearPattern {
  /** As it was written. */
  readonly source: string;
  /** Steps that it is compiled to: each character of a text can take as many in turn. */
  readonly size: number;
  readonly test: (text: string) => boolean;
}

/**
 * A few characters can stand for thousands of steps: `(\pL{1,1000})$` takes longer than a minute for 512 KiB, and who writes
 * both pattern and text can make each step count (measured: 4 s at 400, 0.2 s at 40).
 */
const MAX_SIZE = 500;
/** Beyond it compiling alone takes long (measured: 1 s and 100 MB for 1,024 characters that stand for 146,000 steps). */
const MAX_GROWN = 4 * MAX_SIZE;

/** RE2 syntax. Throws on what is none, and on what would be too dear. */
export function compilePattern(source: string): LinearPattern {
  if (grownSize(source) > MAX_GROWN) throw tooDear();
  const compiled = loadWhenUsed('re2js').RE2JS.compile(source);
  const size = compiled.programSize();
  if (size > MAX_SIZE) throw tooDear();
  return { source, size, test: (text) => compiled.test(text) };
}

function tooDear(): Error {
  return new Error(`compile a pattern: it takes more than ${MAX_SIZE} steps`);
}

/** Quotations, escapes, classes, what begins and ends a group, counts, alternatives, and any other character. */
const TOKEN =
  /\\Q[^]*?(?:\\E|$)|\\[pPx]\{[^}]*\}|\\[^]|\[\^?\]?(?:\\[^]|\[:[a-z^]+:\]|[^\]\\])*\]|\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:?))?|\)|\{(?<least>\d+)(?:,(?<most>\d*))?\}|[^]/gu;

/** How many steps a pattern has, about, when what is counted is written out. */
function grownSize(source: string): number {
  const outside: number[] = [];
  let size = 0;
  let last = 0;
  for (const { 0: token, groups } of source.matchAll(TOKEN)) {
    if (groups?.['least'] !== undefined) {
      const count = Math.max(Number(groups['least']), Number(groups['most'] ?? 0));
      size += last * (count - 1);
      last *= count;
    } else if (token.startsWith('(')) {
      outside.push(size);
      size = 0;
    } else {
      last = token === ')' ? size + 1 : stepsOf(token);
      size = token === ')' ? last + (outside.pop() ?? 0) : size + last;
    }
  }
  return outside.reduce((sum, one) => sum + one, size);
}

function stepsOf(token: string): number {
  return token.startsWith('\\Q') ? token.length : 1;
}
