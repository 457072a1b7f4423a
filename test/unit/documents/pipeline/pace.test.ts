import { expect, test } from 'vitest';
import { createPace } from '../../../../exporter/documents/pipeline/pace.ts';

const MIB = 2 ** 20;

test('a size that was refused is halved at once, and tried again only after many requests that were taken', () => {
  const pace = createPace({ batchSize: MIB, requests: 4 });
  pace.tooLarge(600);
  expect(pace.batchSize()).toBe(300);
  for (let request = 0; request < 10; request++) pace.succeeded();
  expect(pace.batchSize()).toBeLessThan(MIB / 64);
  for (let request = 0; request < 2000; request++) pace.succeeded();
  expect(pace.batchSize()).toBe(MIB);
});
