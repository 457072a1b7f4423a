import { expect, test } from 'vitest';
import {
  compareDocumentFiles,
  documentFileName,
  parseDocumentFileName,
} from '../../../../exporter/documents/sinks/file-name.ts';

const first = { dataset: 'harborlight.event', day: '2026-11-21', part: 0 } as const;

test('a file is named after its dataset and day, the further ones of a day are numbered', () => {
  expect(documentFileName(first)).toBe('harborlight.event-2026-11-21.ndjson');
  expect(documentFileName({ ...first, part: 12 })).toBe('harborlight.event-2026-11-21.12.ndjson');
});

test.each([0, 1, 12])('a name is read as what it was made of: part %i', (part) => {
  expect(parseDocumentFileName(documentFileName({ ...first, part }))).toEqual({ ...first, part });
});

test.each([
  'harborlight.other-2026-11-21.ndjson',
  'harborlight.event-2026-11-21.0.ndjson',
  'harborlight.event-2026-11-21.ndjson.gz',
  'harborlight.event-2026-11-21.part',
  'x-harborlight.event-2026-11-21.ndjson',
  'spool',
])('%s is no file of documents', (name) => {
  expect(parseDocumentFileName(name)).toBeUndefined();
});

test('files are in the order in which they were written', () => {
  const names = [
    'harborlight.event-2026-11-20.ndjson',
    'harborlight.event-2026-11-21.ndjson',
    'harborlight.event-2026-11-21.2.ndjson',
    'harborlight.event-2026-11-21.10.ndjson',
    'harborlight.health-2026-11-21.ndjson',
  ];
  const files = [...names].reverse().flatMap((name) => parseDocumentFileName(name) ?? []);
  expect(files.sort(compareDocumentFiles).map(documentFileName)).toEqual(names);
});
