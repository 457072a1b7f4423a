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

/** RE2 syntax. Throws on what is none, and on what would be too dear. */
export function compilePattern(source: string): LinearPattern {
  const compiled = loadWhenUsed('re2js').RE2JS.compile(source);
  const size = compiled.programSize();
  if (size > MAX_SIZE) throw new Error(`compile a pattern: it takes more than ${MAX_SIZE} steps`);
  return { source, size, test: (text) => compiled.test(text) };
}
