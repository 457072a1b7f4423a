import { hash } from 'node:crypto';

/** Understands what is asked for again and again, and hardly ever says anything new. */
export interface LastAnswers<T> {
  /** Reads an answer about this one; what says the same as the last gives the same object. */
  readonly of: (key: string) => (text: string) => T;
}

interface Answer<T> {
  readonly digest: string;
  readonly value: T;
}

/** Who may change by itself is asked about once a minute; who was not for longer may be gone, or hardly ever asked about. */
const GENERATION_MS = 90_000;

/** Of an answer that cannot be understood `parse` throws: it is not remembered. */
export function createLastAnswers<T>(parse: (text: string) => T, nowMs: () => number): LastAnswers<T> {
  let young = new Map<string, Answer<T>>();
  let old: ReadonlyMap<string, Answer<T>> = new Map();
  let bornAtMs = nowMs();
  const age = () => {
    if (nowMs() - bornAtMs < GENERATION_MS) return;
    old = young;
    young = new Map();
    bornAtMs = nowMs();
  };
  return {
    of: (key) => (text) => {
      age();
      // Not the text: it is many times as large as what is read out of it, and may hold secrets.
      const digest = hash('sha256', text, 'base64');
      const known = young.get(key) ?? old.get(key);
      const answer = known?.digest === digest ? known : { digest, value: parse(text) };
      young.set(key, answer);
      return answer.value;
    },
  };
}
