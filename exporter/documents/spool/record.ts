import { crc32 } from 'node:zlib';
import type { Dataset, DocumentOrigin, NewDocument, StoredDocument } from '../../model/document.ts';
import { UnstorableDocumentError } from './unstorable-document-error.ts';

/**
 * One document in a segment, integers little-endian:
 *
 *     0  4  marker, with the version of this layout
 *     4  4  CRC-32 of all that follows
 *     8  4  bytes of the whole record
 *    12  6  position
 *    18  6  stored at, unix milliseconds
 *    24  1  bytes of the dataset
 *    25  1  bytes of the namespace
 *    26  1  bytes of the id
 *    27  1  1 when there is an origin
 *    28  2  bytes of the origin's source
 *    30  2  bytes of its first place
 *    32  2  bytes of its last place
 *    34     these texts in this order, then the JSON, all in UTF-8
 */
const HEADER_BYTES = 34;
/** No JSON holds these bytes followed by a length: its high byte is zero. */
const MARKER = Buffer.from('Hlr1', 'latin1');
const MARKER_VALUE = MARKER.readUInt32LE(0);
/** A document of more is a mistake of its source; what claims to be more is no record. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024 - 1;
/** UTF-8 of one UTF-16 unit. */
const MAX_BYTES_PER_CHARACTER = 3;
/** Of a dataset, a namespace or an id. */
const MAX_NAME_BYTES = 0xff;
/** Of an origin's source or place. */
const MAX_PLACE_BYTES = 0xffff;

/** Room that a document's record takes at most. */
export function maxRecordBytes({ dataset, namespace, id, json, origin }: NewDocument): number {
  const ofOrigin = origin === undefined ? 0 : origin.source.length + origin.first.length + origin.last.length;
  const characters = dataset.length + namespace.length + id.length + json.length + ofOrigin;
  return HEADER_BYTES + MAX_BYTES_PER_CHARACTER * characters;
}

/** Throws an UnstorableDocumentError on a document that no record can hold, before there is a place for it. */
export function expectStorable(document: NewDocument): void {
  const { dataset, namespace, id, json, origin } = document;
  expectAtMost(dataset, MAX_NAME_BYTES, 'a name');
  expectAtMost(namespace, MAX_NAME_BYTES, 'a name');
  expectAtMost(id, MAX_NAME_BYTES, 'a name');
  if (origin !== undefined) {
    expectAtMost(origin.source, MAX_PLACE_BYTES, 'a place');
    expectAtMost(origin.first, MAX_PLACE_BYTES, 'a place');
    expectAtMost(origin.last, MAX_PLACE_BYTES, 'a place');
  }
  if (maxRecordBytes(document) <= MAX_RECORD_BYTES) return;
  const { source = '', first = '', last = '' } = origin ?? {};
  const texts = [dataset, namespace, id, source, first, last, json];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), HEADER_BYTES);
  if (bytes > MAX_RECORD_BYTES) throw new UnstorableDocumentError(`${bytes} bytes are too many`);
}

function expectAtMost(text: string, maxBytes: number, what: string): void {
  // Most are so short that they need not be counted.
  if (MAX_BYTES_PER_CHARACTER * text.length <= maxBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new UnstorableDocumentError(`${what} of ${bytes} bytes`);
}

/**
 * Writes a document's record where there is room for it and returns where it ends. Throws an UnstorableDocumentError on
 * a document that no record can hold.
 */
export function encodeRecord(target: Buffer, start: number, document: StoredDocument): number {
  const textsEnd = putTexts(target, start, document);
  const end = textsEnd + target.write(document.json, textsEnd);
  if (end - start > MAX_RECORD_BYTES) throw new UnstorableDocumentError(`${end - start} bytes are too many`);
  target.writeUInt32LE(MARKER_VALUE, start);
  target.writeUInt32LE(end - start, start + 8);
  target.writeUIntLE(document.position, start + 12, 6);
  target.writeUIntLE(document.storedAtMs, start + 18, 6);
  target.writeUInt32LE(crc32(target.subarray(start + 8, end)), start + 4);
  return end;
}

function putTexts(target: Buffer, start: number, { dataset, namespace, id, origin }: StoredDocument): number {
  const datasetEnd = putText(target, start + HEADER_BYTES, dataset);
  const namespaceEnd = putText(target, datasetEnd, namespace);
  const idEnd = putText(target, namespaceEnd, id);
  putShort(target, start + 24, datasetEnd - start - HEADER_BYTES);
  putShort(target, start + 25, namespaceEnd - datasetEnd);
  putShort(target, start + 26, idEnd - namespaceEnd);
  target[start + 27] = origin === undefined ? 0 : 1;
  const { source = '', first = '', last = '' } = origin ?? {};
  const sourceEnd = putText(target, idEnd, source);
  const firstEnd = putText(target, sourceEnd, first);
  const lastEnd = putText(target, firstEnd, last);
  putLong(target, start + 28, sourceEnd - idEnd);
  putLong(target, start + 30, firstEnd - sourceEnd);
  putLong(target, start + 32, lastEnd - firstEnd);
  return lastEnd;
}

/** Short texts byte by byte, as long as they are ASCII: a call costs as much as the CRC of a line. */
function putText(target: Buffer, start: number, text: string): number {
  if (text.length > MAX_NAME_BYTES) return start + target.write(text, start);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) return start + target.write(text, start);
    target[start + at] = unit;
  }
  return start + text.length;
}

function putShort(target: Buffer, at: number, bytes: number): void {
  if (bytes > MAX_NAME_BYTES) throw new UnstorableDocumentError(`a name of ${bytes} bytes`);
  target[at] = bytes;
}

function putLong(target: Buffer, at: number, bytes: number): void {
  if (bytes > MAX_PLACE_BYTES) throw new UnstorableDocumentError(`a place of ${bytes} bytes`);
  target[at] = bytes & 0xff;
  target[at + 1] = bytes >> 8;
}

export type Decoded =
  | { readonly kind: 'record'; readonly document: StoredDocument; readonly end: number }
  /** It would end beyond what is there. */
  | { readonly kind: 'cut'; readonly end: number }
  | { readonly kind: 'damaged' };

const DAMAGED: Decoded = { kind: 'damaged' };

/** The record that begins at a place, out of a buffer whose content ends at `end`. */
export function decodeRecord(source: Buffer, start: number, end: number, neighbour?: StoredDocument): Decoded {
  if (end - start < HEADER_BYTES) {
    const isBegin = source.subarray(start, Math.min(end, start + 4)).equals(MARKER.subarray(0, end - start));
    return isBegin ? { kind: 'cut', end: start + HEADER_BYTES } : DAMAGED;
  }
  const recordBytes = source.readUInt32LE(start + 8);
  const recordEnd = start + recordBytes;
  if (source.readUInt32LE(start) !== MARKER_VALUE) return DAMAGED;
  if (recordBytes < HEADER_BYTES || recordBytes > MAX_RECORD_BYTES) return DAMAGED;
  if (recordEnd > end) return { kind: 'cut', end: recordEnd };
  if (crc32(source.subarray(start + 8, recordEnd)) !== source.readUInt32LE(start + 4)) return DAMAGED;
  return { kind: 'record', document: decodeFields(source, start, recordEnd, neighbour), end: recordEnd };
}

/** Where the next record may begin, at or after a place; undefined when nothing looks like one. */
export function findMarker(source: Buffer, start: number, end: number): number | undefined {
  const found = source.subarray(start, end).indexOf(MARKER);
  return found === -1 ? undefined : start + found;
}

/** Of a record whose CRC is right: it is as `encodeRecord` left it. What it has in common with its neighbour is not made anew. */
function decodeFields(source: Buffer, start: number, end: number, neighbour?: StoredDocument): StoredDocument {
  const datasetStart = start + HEADER_BYTES;
  const namespaceStart = datasetStart + source.readUInt8(start + 24);
  const idStart = namespaceStart + source.readUInt8(start + 25);
  const originStart = idStart + source.readUInt8(start + 26);
  // Only a Dataset is ever written.
  const dataset = takeKnown(source, datasetStart, namespaceStart, neighbour?.dataset) as Dataset;
  const namespace = takeKnown(source, namespaceStart, idStart, neighbour?.namespace);
  const id = source.toString('utf8', idStart, originStart);
  const position = source.readUIntLE(start + 12, 6);
  const storedAtMs = source.readUIntLE(start + 18, 6);
  if (source[start + 27] === 0) {
    return { dataset, namespace, id, json: source.toString('utf8', originStart, end), position, storedAtMs };
  }
  const firstStart = originStart + source.readUInt16LE(start + 28);
  const lastStart = firstStart + source.readUInt16LE(start + 30);
  const jsonStart = lastStart + source.readUInt16LE(start + 32);
  const origin: DocumentOrigin = {
    source: source.toString('utf8', originStart, firstStart),
    first: source.toString('utf8', firstStart, lastStart),
    last: source.toString('utf8', lastStart, jsonStart),
  };
  return { dataset, namespace, id, json: source.toString('utf8', jsonStart, end), origin, position, storedAtMs };
}

/** A text that is likely to be this one: to compare takes less time than to make another. */
function takeKnown(source: Buffer, start: number, end: number, known: string | undefined): string {
  if (known === undefined || known.length !== end - start) return source.toString('utf8', start, end);
  for (let at = 0; at < known.length; at++) {
    const unit = known.charCodeAt(at);
    if (unit >= 0x80 || source[start + at] !== unit) return source.toString('utf8', start, end);
  }
  return known;
}
