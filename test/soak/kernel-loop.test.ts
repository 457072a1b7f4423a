import { expect, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { watchKernelScrapes } from '../integration/kernel-holds.ts';

const LONGEST_MS = 20;

test(
  'at 500 real containers, read from the kernel every second, nothing keeps the event loop for more than 20 ms',
  needing('docker-28'),
  async () => {
    const holds = await watchKernelScrapes({ containers: 500, scrapes: 60 });
    const longest = (of: 'busyMs' | 'wallMs') => Math.max(0, ...holds.map((hold) => hold[of])).toFixed(1);
    console.info(`${holds.length} holds of 5 ms; busy for ${longest('busyMs')} ms, held for ${longest('wallMs')} ms`);
    expect(holds.filter(({ busyMs }) => busyMs > LONGEST_MS)).toEqual([]);
  },
);
