import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { NewDocument } from '../../../exporter/model/document.ts';
import { openElasticsearchPipe } from '../../../exporter/telemetry/through-pino-elasticsearch.ts';

const documentOf = (sequence: number): NewDocument => {
  const id = `id-${sequence}`;
  return {
    dataset: 'harborlight.app',
    namespace: 'default',
    id,
    json: JSON.stringify({
      '@timestamp': '2026-11-21T00:00:00.000000001Z',
      event: { id, sequence },
      message: 'x\ny\u2028',
    }),
  };
};

test('a document comes out as it went in', async () => {
  const out: NewDocument[] = [];
  const pipe = openElasticsearchPipe({ namespace: 'default', onDocuments: (documents) => out.push(...documents) });
  onTestFinished(() => pipe.close(1000));
  pipe.write(documentOf(1));
  await vi.waitFor(() => expect(out).toEqual([documentOf(1)]), { timeout: 4000 });
});

test('when the library ends, what is inside comes out all the same, once, and what comes next goes through another one', async () => {
  const out: NewDocument[] = [];
  let requests = 0;
  const pipe = openElasticsearchPipe({
    namespace: 'default',
    onDocuments: (documents) => {
      requests++;
      // The library ends for good when a request fails.
      if (requests === 2) throw new Error('not taken');
      out.push(...documents);
    },
  });
  onTestFinished(() => pipe.close(1000));
  for (let sequence = 0; sequence < 100; sequence++) {
    pipe.write(documentOf(sequence));
    if (sequence % 10 === 9) await delay(20);
  }
  await vi.waitFor(() => expect(out.length).toBeGreaterThanOrEqual(100), { timeout: 4000 });
  await delay(500);
  expect(out.map(({ id }) => id).sort()).toEqual(
    Array.from({ length: 100 }, (_, sequence) => documentOf(sequence).id).sort(),
  );
});

test('what is inside at the end comes out', async () => {
  const out: NewDocument[] = [];
  const pipe = openElasticsearchPipe({ namespace: 'default', onDocuments: (documents) => out.push(...documents) });
  for (let sequence = 0; sequence < 5; sequence++) pipe.write(documentOf(sequence));
  await pipe.close(1000);
  expect(out.map(({ id }) => id)).toEqual(Array.from({ length: 5 }, (_, sequence) => `id-${sequence}`));
});
