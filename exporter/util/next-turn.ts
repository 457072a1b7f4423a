import { setImmediate } from 'node:timers/promises';

/**
 * A turn of the event loop that has nothing of what the caller did before: an immediate that is asked for while an answer is
 * read is of the same turn still.
 */
export async function nextTurn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
