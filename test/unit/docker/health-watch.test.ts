import { expect, test } from 'vitest';
import { createHealthWatch, type WatchedHealth } from '../../../exporter/docker/health-watch.ts';
import type { HealthStatus } from '../../../exporter/model/container.ts';
import type { EngineContainer } from '../../../exporter/model/engine-container.ts';

interface Seen {
  readonly status: HealthStatus;
  /** When its check began and ended; absent where none says so. */
  readonly atNano?: string;
  readonly isFirst?: boolean;
  readonly startedSeconds?: number;
}

const containerOf = ({ status, atNano, isFirst = true, startedSeconds = 1 }: Seen): EngineContainer => ({
  id: 'a'.repeat(64),
  description: { name: 'web', image: 'web:1', labels: {}, hasHealthcheck: true },
  network: { networks: [], published: [], declared: [] },
  hasOomKilled: false,
  facts: {
    state: 'running',
    startedSeconds,
    limits: {},
    health: {
      status,
      failingStreak: 0,
      ...(atNano !== undefined && {
        verdict: { check: { startNano: atNano, endNano: atNano, exitCode: 0, output: '' }, isFirst },
      }),
    },
  },
});

const toldOf = (looks: readonly Seen[], untoldSinceNano = 100n) => {
  const told: WatchedHealth[] = [];
  const watch = createHealthWatch({ untoldSinceNano, onTransition: (transition) => told.push(transition) });
  for (const seen of looks) watch.look(containerOf(seen));
  return told.map(({ previous, status, check }) => [previous, status, check.startNano]);
};

test('what is seen again is not told again', () => {
  const healthy = { status: 'healthy', atNano: '200' } as const;
  expect(toldOf([{ status: 'starting' }, healthy, healthy, { ...healthy, atNano: '300', isFirst: false }])).toEqual([
    ['starting', 'healthy', '200'],
  ]);
});

test('at the first look only what may not have been told is', () => {
  expect(toldOf([{ status: 'healthy', atNano: '99' }])).toEqual([]);
  expect(toldOf([{ status: 'healthy', atNano: '100' }])).toEqual([[undefined, 'healthy', '100']]);
  expect(toldOf([{ status: 'healthy', atNano: '100', isFirst: false }])).toEqual([]);
});

test('one that went to and fro between two looks is told', () => {
  const first = { status: 'healthy', atNano: '50' } as const;
  expect(toldOf([first, { status: 'healthy', atNano: '200' }])).toEqual([['unhealthy', 'healthy', '200']]);
});

test('a change whose check is not kept any more is told with one that confirms it', () => {
  const first = { status: 'healthy', atNano: '50' } as const;
  expect(toldOf([first, { status: 'unhealthy', atNano: '200', isFirst: false }])).toEqual([
    ['healthy', 'unhealthy', '200'],
  ]);
});

test('a container that is called unhealthy without a check that says so has not changed', () => {
  const first = { status: 'healthy', atNano: '50' } as const;
  expect(toldOf([first, { status: 'unhealthy' }, { status: 'healthy', atNano: '300', isFirst: false }])).toEqual([]);
});

test('after another start it was starting, whether anybody saw it', () => {
  const first = { status: 'healthy', atNano: '50' } as const;
  expect(toldOf([first, { status: 'healthy', atNano: '200', startedSeconds: 2 }])).toEqual([
    ['starting', 'healthy', '200'],
  ]);
});
