import { expect, test } from 'vitest';
import { createSampler } from '../../../exporter/docker/sampler.ts';
import { takeSamples } from '../../../exporter/docker/take-samples.ts';
import type { EngineContainer } from '../../../exporter/model/engine-container.ts';
import { createCgroupBed, ID, processOf, v2Group } from './cgroup/cgroup-bed.ts';

const container: EngineContainer = {
  id: ID,
  pid: 7,
  description: { labels: {}, image: 'web:1', hasHealthcheck: false },
  facts: { state: 'running', limits: {} },
  network: { networks: [], published: [], declared: [] },
  hasOomKilled: false,
};

test('a container whose sample comes from the engine for once keeps the path of its group', async () => {
  const { kernel, write } = createCgroupBed();
  const path = `/my.slice/docker-${ID}.scope`;
  write({ ...v2Group(path.slice(1)), ...processOf(7, `0::${path}\n`) });
  const api = createSampler({ read: () => Promise.resolve({ pids: { current: 1 } }), nowMs: () => 0 });
  const take = async () => {
    const { samples, counts } = await takeSamples([container], { kernel, api }, AbortSignal.timeout(5000), 5000);
    return [counts, samples.get(ID)?.cgroupPath];
  };
  expect(await take()).toEqual([{ api: 0, kernel: 1 }, path]);
  // As when it was started again and its new process is not known yet.
  write({ 'proc/7': undefined });
  expect(await take()).toEqual([{ api: 1, kernel: 0 }, path]);
});
