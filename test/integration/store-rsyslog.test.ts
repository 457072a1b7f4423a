import { describe, expect, onTestFinished, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { type Rsyslog, startRsyslog } from '../bed/rsyslog.ts';
import { waitFor } from '../bed/wait-for.ts';
import { type Flavour, type SimulatedStore, startSimulatedStore } from '../store/index.ts';

const target = 'logs-rsyslog-default';
const documents = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    id: `d${from + index}`,
    '@timestamp': '2026-01-01T00:00:00Z',
    n: index,
  }));

const start = async (flavour: Flavour): Promise<{ readonly store: SimulatedStore; readonly rsyslog: Rsyslog }> => {
  const store = await startSimulatedStore({ flavour });
  onTestFinished(store.stop);
  await fetch(`${store.url}/_index_template/rsyslog`, {
    method: 'PUT',
    body: JSON.stringify({ index_patterns: ['logs-rsyslog-*'], data_stream: {} }),
    headers: { 'content-type': 'application/json' },
  });
  const rsyslog = await startRsyslog({ port: Number(new URL(store.url).port), target });
  onTestFinished(rsyslog.stop);
  return { store, rsyslog };
};
const arrive = (store: SimulatedStore, count: number) =>
  waitFor(
    `${count} documents`,
    () => store.backingIndices(target).length > 0 && store.documents(target).length >= count,
  );

describe.each(['elasticsearch-8', 'opensearch-2'] as const)(
  "rsyslog's omelasticsearch on the simulated %s",
  needing('rsyslog-elasticsearch'),
  (flavour) => {
    test('stores each document once, also those that it sends twice', async () => {
      const { store, rsyslog } = await start(flavour);
      await rsyslog.send(documents(0, 200));
      await arrive(store, 200);
      await rsyslog.send(documents(100, 250));
      await arrive(store, 250);
      expect(new Set(store.documents(target).map(({ id }) => id)).size).toBe(250);
      expect(store.documents(target)).toHaveLength(250);
    });

    test('notes what is unfit in its file of errors, and stores the others', async () => {
      const { store, rsyslog } = await start(flavour);
      await rsyslog.send([...documents(0, 3), { ...documents(3, 4)[0], id: 'unfit', '@timestamp': 'yesterday' }]);
      await arrive(store, 3);
      const errors = await waitFor('a noted error', async () => {
        const text = await rsyslog.errors();
        return text.includes('unfit') && text;
      });
      expect(errors).toMatch(flavour === 'opensearch-2' ? /mapper_parsing_exception/ : /document_parsing_exception/);
    });

    test('sends again what is not taken now', async () => {
      const { store, rsyslog } = await start(flavour);
      const busy = store.fail({ kind: 'items', status: 429, only: ({ id }) => id === 'd1' }, { times: 2 });
      await rsyslog.send(documents(0, 3));
      await arrive(store, 3);
      expect(busy.hits()).toBe(2);
    });
  },
);
