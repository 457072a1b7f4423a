import type { StoredDocument } from '../../../model/document.ts';

const BEGIN = '{"errors":false,"items":[';
const BEFORE_INDEX = '{"create":{"_index":"';
const BEFORE_ID = '","_id":"';
const AFTER_ID = '","status":201}}';
const END = ']}';

/**
 * The index of each document, out of an answer that says of all of them, word for word, that they were created: nearly every
 * one does, and to compare takes an eighth of the time of JSON.parse. Undefined for any other answer, which says nothing about it.
 */
export function indicesIfAllCreated(text: string, batch: readonly StoredDocument[]): readonly string[] | undefined {
  if (!text.startsWith(BEGIN)) return undefined;
  const indices: string[] = [];
  let at = BEGIN.length;
  let index = '';
  let beforeId = BEFORE_INDEX + BEFORE_ID;
  for (const { id } of batch) {
    if (indices.length > 0 && text[at++] !== ',') return undefined;
    if (index === '' || !text.startsWith(beforeId, at)) {
      index = indexAt(text, at);
      beforeId = BEFORE_INDEX + index + BEFORE_ID;
      if (index === '' || !text.startsWith(beforeId, at)) return undefined;
    }
    at += beforeId.length;
    if (!text.startsWith(id, at) || !text.startsWith(AFTER_ID, at + id.length)) return undefined;
    at += id.length + AFTER_ID.length;
    indices.push(index);
  }
  return text.length === at + END.length && text.endsWith(END) ? indices : undefined;
}

/** Empty where there is none, or one that no index has. */
function indexAt(text: string, start: number): string {
  const indexStart = start + BEFORE_INDEX.length;
  const index = text.slice(indexStart, text.indexOf('"', indexStart));
  if (!text.startsWith(BEFORE_INDEX, start) || index.includes('\\')) return '';
  // A copy: it is remembered, and as a part of the answer it would keep all of it.
  return Buffer.from(index).toString();
}
