import type { Flavour } from '../flavour.ts';
import type { CaseStore } from './case-store.ts';

/** How a store answers one thing; the same is asked of the real ones and of the simulated one. */
export interface StoreCase {
  readonly name: string;
  /** It changes what others find, or they find what it leaves: nothing runs beside it. */
  readonly alone?: true;
  readonly run: (store: CaseStore) => Promise<string>;
  /** What `run` gives: everywhere, or by product, or by what has another major version in between. */
  readonly expected: Expected;
  /** Where the real ones of the bed lack parts of the product, what they answer instead. */
  readonly inTheBed?: { readonly because: string; readonly expected: Expected };
}

export type Expected = string | Partial<Record<Flavour | 'elasticsearch' | 'opensearch', string>>;

/** What it gives in a flavour; the most special one counts. */
export const expectedOf = (expected: Expected, flavour: Flavour): string => {
  if (typeof expected === 'string') return expected;
  const found = expected[flavour] ?? expected[flavour.startsWith('elasticsearch') ? 'elasticsearch' : 'opensearch'];
  if (found === undefined) throw new Error(`nothing is expected of ${flavour}`);
  return found;
};
