import { expect, onTestFinished, test } from 'vitest';
import type { StoredDocument } from '../../../../exporter/model/document.ts';
import { startSimulatedLogstash } from '../../../store/logstash.ts';
import { documentOf, openSink } from './logstash-bed.ts';

const batchOf = (first: number, count: number): readonly StoredDocument[] =>
  Array.from({ length: count }, (_, index) => documentOf(`id-${first + index}`, `{"message":"line ${first + index}"}`));

const startLogstash = async (options: Parameters<typeof startSimulatedLogstash>[0]) => {
  const logstash = await startSimulatedLogstash(options);
  onTestFinished(logstash.stop);
  /** The id of each event that it has, in order of arrival. */
  const ids = () =>
    logstash
      .events()
      .map((event) => new Map<string, unknown>(Object.entries(event['harborlight_delivery'] ?? {})).get('id'));
  return { ...logstash, ids };
};

test('while nothing flows on, batches are stored, then ambiguous, then throttled; sent again, nothing is missing', async () => {
  const { url, stall, flow, ids } = await startLogstash({ queueEvents: 1000, pendingRequests: 2 });
  const sink = openSink({ urls: [url], timeoutMs: 300 });
  const waiting: (readonly StoredDocument[])[] = [];
  const failures: unknown[] = [];
  stall();
  for (let first = 0; first < 2000; first += 200) {
    const batch = batchOf(first, 200);
    try {
      await sink.send(batch);
    } catch (error) {
      failures.push(new Map<string, unknown>(Object.entries(error ?? {})).get('failure'));
      waiting.push(batch);
    }
  }
  expect(waiting.length).toBeGreaterThan(3);
  expect(failures[0]).toBe('ambiguous');
  expect(failures.filter((failure) => failure !== 'ambiguous' && failure !== 'throttled')).toEqual([]);
  flow();
  for (const batch of waiting) await sink.send(batch);
  // What came twice has the same id: it is one document in the store.
  expect([...new Set(ids())].toSorted()).toEqual(
    batchOf(0, 2000)
      .map(({ id }) => id)
      .toSorted(),
  );
});

test('requests that hang in a full Logstash make it answer others with 429', async () => {
  const { url, stall, flow } = await startLogstash({ queueEvents: 100, pendingRequests: 2 });
  const sink = openSink({ urls: [url], timeoutMs: 20_000 });
  stall();
  await sink.send(batchOf(0, 100));
  const hanging = [sink.send(batchOf(100, 100)), sink.send(batchOf(200, 100))];
  await expect
    .poll(() => sink.send(batchOf(300, 100)).catch((error: unknown) => error))
    .toMatchObject({ name: 'SinkError', failure: 'throttled' });
  flow();
  expect((await Promise.all(hanging)).flat()).toHaveLength(200);
});

test('a Logstash that wants a login takes it', async () => {
  const { url, ids } = await startLogstash({ users: { harborlight: 'right' } });
  const auth = (password: string) => ({ urls: [url], auth: { user: 'harborlight', password } });
  await expect(openSink(auth('wrong')).send(batchOf(0, 1))).rejects.toMatchObject({ failure: 'denied' });
  await openSink(auth('right')).send(batchOf(0, 1));
  expect(ids()).toEqual(['id-0']);
});
