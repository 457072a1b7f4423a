import { describe, expect, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { watchKernelScrapes } from './kernel-holds.ts';

const LONGEST_MS = 20;

describe('an exporter that reads the files of 100 real containers', () => {
  test('nothing keeps the event loop for more than 20 ms', { ...needing('docker-28'), timeout: 120_000 }, async () => {
    // 500 and a minute: test/soak/kernel-loop.test.ts
    const holds = await watchKernelScrapes({ containers: 100, scrapes: 8, network: 'none' });
    expect(holds.filter(({ busyMs }) => busyMs > LONGEST_MS)).toEqual([]);
  });
});
