import { expect, test } from 'vitest';
import { pids } from '../../../exporter/collectors/pids.ts';
import type { PidsSample } from '../../../exporter/model/sample.ts';

const limitOf = (configured: number | undefined, sample: PidsSample | undefined) =>
  pids.families
    .find(({ name }) => name === 'docker_container_pids_limit')
    ?.read({
      facts: { state: 'running', limits: configured === undefined ? {} : { pids: configured } },
      ...(sample && { sample: { pids: sample } }),
    });

test.each<[string, number | undefined, PidsSample | undefined, number | undefined]>([
  ['R27: the effective one', 100, { current: 1, limit: 50 }, 50],
  ['the configured one where the sample knows none, as of Podman', 100, { current: 1 }, 100],
  ['the configured one without a sample', 100, undefined, 100],
  ['absent without any', undefined, { current: 1 }, undefined],
])('the limit of processes is %s', (_which, configured, sample, limit) => {
  expect(limitOf(configured, sample)).toBe(limit);
});
