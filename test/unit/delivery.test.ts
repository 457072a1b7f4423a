import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDelivery } from '../../exporter/delivery.ts';
import { createSelfMetrics } from '../../exporter/metrics/self.ts';
import type { NewDocument } from '../../exporter/model/document.ts';
import { untraced } from '../../exporter/util/trace.ts';
import { temporaryFolder } from './config/temporary-folder.ts';
import { loadedConfig } from './loaded-config.ts';

test('a document that the intake gives up is counted among its drops', async () => {
  const self = createSelfMetrics({ version: '1.2.3' });
  const delivery = createDelivery({
    config: await loadedConfig(),
    logger: pino({ level: 'silent' }),
    metrics: self.documents,
    stdout: new PassThrough(),
    trace: untraced,
  });
  onTestFinished(delivery.stop);
  delivery.add(() => {
    throw new Error('no document');
  });
  await vi.waitFor(
    async () => {
      const families = await self.collect();
      const family = families.find(({ name }) => name === 'harborlight_documents_dropped_total');
      expect(family?.samples).toContainEqual(expect.objectContaining({ labels: { stage: 'intake' }, value: 1 }));
    },
    { timeout: 5000 },
  );
});

test('a document that comes again is counted once among those that are safe', async () => {
  const self = createSelfMetrics({ version: '1.2.3' });
  const delivery = createDelivery({
    config: await loadedConfig(`paths: { data: '${temporaryFolder({})}' }`),
    logger: pino({ level: 'silent' }),
    metrics: self.documents,
    stdout: new PassThrough(),
    trace: untraced,
  });
  onTestFinished(delivery.stop);
  await delivery.start();
  const [first, second] = ['A', 'B'].map((letter) => documentOf(letter.repeat(20)));
  if (first === undefined || second === undefined) throw new Error('make two documents');
  await delivery.append([first, first]);
  await delivery.append([second, first]);
  const family = (await self.collect()).find(({ name }) => name === 'harborlight_documents_written_total');
  expect(family?.samples).toContainEqual(
    expect.objectContaining({ labels: { dataset: 'harborlight.event' }, value: 2 }),
  );
});

function documentOf(id: string): NewDocument {
  return { dataset: 'harborlight.event', namespace: 'default', id, json: `{"event":{"id":"${id}"}}` };
}
