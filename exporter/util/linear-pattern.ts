import { RE2JS } from 're2js';

/** A pattern that takes time in proportion to the text, whatever it says (R1). */
export interface LinearPattern {
  /** As it was written. */
  readonly source: string;
  readonly test: (text: string) => boolean;
}

/** RE2 syntax. Throws on what is none. */
export function compilePattern(source: string): LinearPattern {
  const compiled = RE2JS.compile(source);
  return { source, test: (text) => compiled.test(text) };
}

/** Whether the text can be compiled. */
export function isLinearPattern(source: string): boolean {
  try {
    compilePattern(source);
    return true;
  } catch {
    // Its words say no more than that.
    return false;
  }
}
