import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvent } from '../../../exporter/docker/parse/event.ts';
import { encodeEvent } from '../../../exporter/documents/encode/event.ts';
import type { NewDocument } from '../../../exporter/model/document.ts';
import { repositoryPath } from '../../bed/paths.ts';
import { sampleDocuments } from '../../contract/sample-documents.ts';
import { mappedFields, unmappedIn, variants } from './mapped-fields.ts';

const golden = join(repositoryPath, 'test/golden');
const recorded = readdirSync(golden)
  .filter((name) => name.startsWith('engine-'))
  .flatMap((name) =>
    readFileSync(join(golden, name, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n'),
  )
  .map((line) => encodeEvent(parseEvent(line), { host: 'edge-1', namespace: 'default' }));

// Documents are objects.
const parsed = ({ json }: NewDocument) => JSON.parse(json) as object;

test.each(variants)('%s: every field of a document of each dataset is mapped', (variant) => {
  const fields = mappedFields(variant);
  expect(sampleDocuments.map(({ dataset }) => dataset)).toHaveLength(6);
  for (const document of sampleDocuments) expect(unmappedIn(parsed(document), fields), document.dataset).toEqual([]);
});

test.each(variants)('%s: every field of the documents of recorded events is mapped', (variant) => {
  const fields = mappedFields(variant);
  expect(recorded.length).toBeGreaterThan(240);
  expect([...new Set(recorded.flatMap((document) => unmappedIn(parsed(document), fields)))]).toEqual([]);
});

test.each([
  [{ message: 'x', extra: 1 }, ['extra']],
  [{ event: { id: 'x', unknown: { deep: 1 } } }, ['event.unknown.deep']],
  // A text where an object is mapped, and the other way round.
  [{ labels: 'x' }, ['labels']],
  [{ message: { a: 1 } }, ['message']],
  [{ labels: { any: 'x', 'a.b': 'y' }, tags: ['x'] }, []],
])('of %j these have no place: %j', (document, names) => {
  expect(unmappedIn(document, mappedFields('opensearch'))).toEqual(names);
});
