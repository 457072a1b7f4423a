import { createHash } from 'node:crypto';

/** Ids as the engine makes them, 64 hex characters, the same sequence for the same seed. */
export type Ids = () => string;

export function createIds(seed: string): Ids {
  let count = 0;
  return () => hashOf(`${seed} ${count++}`);
}

/** 64 hex characters that depend on the text alone. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
