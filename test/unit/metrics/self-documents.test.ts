import { expect, test } from 'vitest';
import { createSelfMetrics, type SelfMetrics } from '../../../exporter/metrics/self.ts';

const droppedIn = async (metrics: SelfMetrics) => {
  const families = await metrics.collect();
  const family = families.find(({ name }) => name === 'harborlight_documents_dropped_total');
  return Object.fromEntries(family?.samples.map(({ labels, value }) => [String(labels['stage']), value]) ?? []);
};

test('documents that are dropped are counted by stage, each from 0, so that the first one shows', async () => {
  const metrics = createSelfMetrics({ version: '1.2.3' });
  expect(await droppedIn(metrics)).toEqual({ intake: 0, log: 0, dead_letters: 0 });
  metrics.documents.dropped('intake', 3);
  metrics.documents.dropped('dead_letters', 1);
  metrics.documents.dropped('dead_letters', 1);
  expect(await droppedIn(metrics)).toEqual({ intake: 3, log: 0, dead_letters: 2 });
});
