import { defineConfig } from 'vitest/config';
import { summaryReporter } from './test/bed/reporter.ts';

/** Three tiers: `unit` needs nothing, `integration` the bed's real parts, `soak` both and patience. */
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
          // Most of them wait for what was recorded in real time.
          maxConcurrency: 20,
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/bed/sweep.ts',
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
