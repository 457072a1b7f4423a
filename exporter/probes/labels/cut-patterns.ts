import type { LinearPattern } from '../../util/linear-pattern.ts';

/**
 * Characters times steps that a pattern of a label may take: whoever writes it may write the text as well, and can make
 * each step of each character count, at 10 ns.
 */
const MAX_WORK = 1_500_000;

/** A kind's options with patterns that look at no more of a text than takes 15 ms: 75,000 characters for one of 20 steps. */
export function cutPatterns<T extends object>(options: T): T {
  // What is no pattern stays what it is.
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, cut(value)])) as T;
}

function cut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return isPattern(value) ? cutPattern(value) : cutPatterns(value);
}

function isPattern(value: object): value is LinearPattern {
  return 'source' in value && 'size' in value && 'test' in value;
}

function cutPattern({ source, size, test }: LinearPattern): LinearPattern {
  const most = Math.floor(MAX_WORK / size);
  return { source, size, test: (text) => test(text.slice(0, most)) };
}
