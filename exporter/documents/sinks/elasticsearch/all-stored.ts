import type { StoredDocument } from '../../../model/document.ts';

const BEGIN = '{"errors":false,"items":[';
const BEFORE_INDEX = '{"create":{"_index":"';
const BEFORE_ID = '","_id":"';
const AFTER_ID = '","status":201}}';
const END = ']}';

/**
 * The index of all documents, out of an answer that says of all of them, word for word, that they were created in the same one:
 * nearly every answer does, and to compare takes a tenth of the time of JSON.parse. Undefined for any other answer, of which
 * nothing is said.
 */
export function indexIfAllCreated(text: string, batch: readonly StoredDocument[]): string | undefined {
  const indexStart = BEGIN.length + BEFORE_INDEX.length;
  const index = text.slice(indexStart, text.indexOf('"', indexStart));
  const beforeId = BEFORE_INDEX + index + BEFORE_ID;
  if (index.includes('\\') || !text.startsWith(BEGIN + beforeId) || !text.endsWith(AFTER_ID + END)) return undefined;
  const ids = text
    .slice(BEGIN.length + beforeId.length, text.length - AFTER_ID.length - END.length)
    .split(`${AFTER_ID},${beforeId}`);
  if (ids.length !== batch.length || !batch.every(({ id }, at) => id === ids[at])) return undefined;
  // A copy: it is remembered, and as a part of the answer it would keep all of it.
  return Buffer.from(index).toString();
}
