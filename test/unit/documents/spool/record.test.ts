import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeRecord,
  encodeRecord,
  expectStorable,
  maxRecordBytes,
} from '../../../../exporter/documents/spool/record.ts';
import { scanRecords } from '../../../../exporter/documents/spool/scan.ts';
import { UnstorableDocumentError } from '../../../../exporter/documents/spool/unstorable-document-error.ts';
import type { NewDocument, StoredDocument } from '../../../../exporter/model/document.ts';
import { anyStored, numbered } from './documents.ts';

const encodeAll = (documents: readonly StoredDocument[]) => {
  const target = Buffer.alloc(documents.reduce((bytes, document) => bytes + maxRecordBytes(document), 0));
  const ends: number[] = [];
  for (const document of documents) ends.push(encodeRecord(target, ends.at(-1) ?? 0, document));
  return { bytes: target.subarray(0, ends.at(-1) ?? 0), ends };
};

test('a document is read as it was written', () => {
  fc.assert(
    fc.property(anyStored, fc.nat({ max: 20 }), (document, start) => {
      const target = Buffer.alloc(start + maxRecordBytes(document));
      const end = encodeRecord(target, start, document);
      expect(decodeRecord(target, start, end)).toEqual({ kind: 'record', document, end });
    }),
  );
});

test('any flipped bit is found', () => {
  fc.assert(
    fc.property(anyStored, fc.nat(), (document, where) => {
      const { bytes } = encodeAll([document]);
      const bit = where % (bytes.length * 8);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(decodeRecord(bytes, 0, bytes.length).kind).not.toBe('record');
      expect(scanRecords(bytes, bytes.length).documents).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('any cut loses the record that it cuts, and no other', () => {
  fc.assert(
    fc.property(fc.array(anyStored, { minLength: 1, maxLength: 6 }), fc.nat(), (documents, where) => {
      const { bytes, ends } = encodeAll(documents);
      const cut = where % bytes.length;
      const whole = ends.filter((end) => end <= cut).length;
      const scanned = scanRecords(bytes, cut);
      expect(scanned.documents).toEqual(documents.slice(0, whole));
      expect(scanned.end).toBe(ends[whole - 1] ?? 0);
      expect(scanned.damagedBytes).toBe(0);
    }),
  );
});

test('damage in the middle loses the records that it touches, and no other', () => {
  fc.assert(
    fc.property(
      fc.array(anyStored, { minLength: 3, maxLength: 8 }),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      (documents, where, junk) => {
        const { bytes, ends } = encodeAll(documents);
        const start = where % bytes.length;
        const before = Buffer.from(bytes);
        bytes.set(junk.subarray(0, bytes.length - start), start);
        const isWhole = (_: unknown, at: number) => {
          const [from, to] = [ends[at - 1] ?? 0, ends[at] ?? 0];
          return bytes.subarray(from, to).equals(before.subarray(from, to));
        };
        expect(scanRecords(bytes, bytes.length).documents).toEqual(documents.filter(isWhole));
      },
    ),
  );
});

test('zeros, as a machine that lost its power leaves them, are no record', () => {
  expect(scanRecords(Buffer.alloc(5000), 5000)).toMatchObject({ documents: [], end: 0 });
});

const MAX_JSON_BYTES = 16 * 1024 * 1024 - 1 - 34 - 'harborlight.container'.length - 'default'.length - 20;
const { origin: _, ...placeless } = numbered(1);
const origin = { source: 'web-1 stdout', first: '1', last: '1' };

test.each([
  ['a namespace', { ...placeless, namespace: 'x'.repeat(255) }, { ...placeless, namespace: 'x'.repeat(256) }],
  ['an id', { ...placeless, id: 'ä'.repeat(127) }, { ...placeless, id: 'ä'.repeat(128) }],
  [
    'a place',
    { ...placeless, origin: { ...origin, last: 'x'.repeat(65_535) } },
    { ...placeless, origin: { ...origin, last: 'x'.repeat(65_536) } },
  ],
  [
    'a text',
    { ...placeless, json: 'x'.repeat(MAX_JSON_BYTES) },
    { ...placeless, json: 'x'.repeat(MAX_JSON_BYTES + 1) },
  ],
])(
  '%s that no record can hold is refused before and when it is written, and one byte less is not',
  (_, fits, tooLong) => {
    const encode = (document: NewDocument) =>
      encodeRecord(Buffer.alloc(maxRecordBytes(document)), 0, { ...document, position: 1, storedAtMs: 1 });
    expect(() => expectStorable(tooLong)).toThrow(UnstorableDocumentError);
    expect(() => encode(tooLong)).toThrow(UnstorableDocumentError);
    expectStorable(fits);
    expect(encode(fits)).toBeGreaterThan(0);
  },
);
