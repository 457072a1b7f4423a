import { defineConfig } from 'vitest/config';
import { summaryReporter } from './test/bed/reporter.ts';

/** Integration tests that measure times: nothing runs beside them. */
const timed = [
  'continuity-kills',
  'disconnects',
  'engines',
  'frozen-host',
  'inventory',
  'kernel-loop',
  'lifecycle-latency',
  'probes-dead',
].map((name) => `test/integration/${name}.test.ts`);

/** Three tiers: `unit` needs nothing, `integration` and `timed` the bed's real parts, `soak` both and patience. */
export default defineConfig({
  test: {
    reporters: ['default', summaryReporter],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'test/unit/**/*.test.ts',
            'test/contract/**/*.test.ts',
            'test/golden/*.test.ts',
            'test/stories/*.test.ts',
          ],
          // Most of them wait for what was recorded in real time, or for their process to start.
          maxConcurrency: 20,
          maxWorkers: 2,
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: timed,
          globalSetup: 'test/bed/sweep.ts',
          sequence: { groupOrder: 1 },
          // Most of them wait for engines rather than for a processor.
          maxWorkers: 3,
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: timed,
          globalSetup: 'test/bed/sweep.ts',
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          globalSetup: 'test/bed/sweep.ts',
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
