import { expect, test } from 'vitest';
import { threads } from '../../../../exporter/collectors/cadvisor/threads.ts';
import { toldOf, worldOf } from './bed.ts';

test('what the kernel counts are threads, and so is their limit', () => {
  expect(toldOf(threads)).toEqual(['container_threads 37', 'container_threads_max 200']);
});

test('R27: without an effective limit it is the configured one, and without any it is absent', () => {
  const sample = { pids: { current: 2 } };
  const facts = { state: 'running', limits: { pids: 50 } } as const;
  expect(toldOf(threads, worldOf({ facts, sample }))).toEqual(['container_threads 2', 'container_threads_max 50']);
  expect(toldOf(threads, worldOf({ sample }))).toEqual(['container_threads 2']);
});
