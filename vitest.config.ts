import { defineConfig } from 'vitest/config';
import { summaryReporter } from './test/bed/reporter.ts';
import { LongestFirst } from './test/bed/sequencer.ts';

/** Integration tests that measure times, or an engine that is slow beside others: nothing runs beside them. */
const timed = [
  'continuity-kills',
  'disconnects',
  'engines',
  'frozen-host',
  'inventory',
  'kernel-loop',
  'probes-dead',
  'stories-podman',
].map((name) => `test/integration/${name}.test.ts`);

/**
 * Three tiers: `unit` needs nothing, `integration` and `timed` the bed's real parts, `soak` both and patience. Beside
 * them `e2e`: a store, and a Logstash, that the environment names.
 */
export default defineConfig({
  test: {
    reporters: ['default', summaryReporter],
    sequence: { sequencer: LongestFirst },
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
          // Nothing of ours has a state of its own: to load it once a worker, not once a file, saves half of the time.
          isolate: false,
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
          // The last one with more kills than CI has time for.
          include: ['test/soak/**/*.test.ts', 'test/integration/delivery.test.ts'],
          env: { HARBORLIGHT_TEST_KILLS: '100' },
          globalSetup: 'test/bed/sweep.ts',
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
        },
      },
    ],
  },
});
