import { expect, test } from 'vitest';
import { openCursorFile } from '../../../../exporter/documents/spool/cursor-file.ts';
import { createSegments } from '../../../../exporter/documents/spool/segments.ts';
import { createSinkPlace } from '../../../../exporter/documents/spool/sink-place.ts';
import { numbered } from './documents.ts';
import { temporaryDirectory } from './opened.ts';

test('a segment is needed until it is on disk that the sink is past it', async () => {
  const place = createSinkPlace({
    file: openCursorFile(await temporaryDirectory(), 'file'),
    segments: createSegments([], 100),
    saved: { sink: 'file', state: 'closed', acknowledged: 0, skipped: [], inDoubtUpTo: 0, lostDocuments: 0 },
  });
  place.give([{ ...numbered(1), position: 20, storedAtMs: 0 }]);
  place.acknowledge(10);
  const saving = place.save('open');
  place.acknowledge(20);
  expect(place.needs({ from: 1, to: 10 })).toBe(true);
  await saving;
  expect(place.needs({ from: 1, to: 10 })).toBe(false);
  expect(place.needs({ from: 11, to: 20 })).toBe(true);
  await place.save('open');
  expect(place.needs({ from: 11, to: 20 })).toBe(false);
});
