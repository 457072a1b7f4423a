import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createKernelSampler } from '../../exporter/docker/cgroup/kernel-sampler.ts';
import { parseStats } from '../../exporter/docker/parse/stats.ts';
import { layOutRecorded } from './recorded-cgroups.ts';

const directory = (engine: string) => new URL(`${engine}/`, import.meta.url);

async function sampleRecorded(engine: string, container: string) {
  const root = await mkdtemp(join(tmpdir(), 'harborlight-golden-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const { id, pid } = layOutRecorded(engine, container, root);
  const sampler = createKernelSampler({
    procRoot: join(root, 'proc'),
    cgroupRoot: join(root, 'cgroup'),
    nowMs: () => 0,
  });
  const { samples } = await sampler.sample([{ id, pid, hasNetwork: true }]);
  return samples.get(id);
}

describe.each(['engine-28.5-cgroup1', 'engine-28.5-cgroup2'])('%s', (engine) => {
  test.each(['shop-web-1', 'burner'])('what the kernel’s files say of %s', async (container) => {
    const taken = await sampleRecorded(engine, container);
    const expected = new URL(`cgroup/${container}.expected.json`, directory(engine));
    await expect(`${JSON.stringify(taken, null, 2)}\n`).toMatchFileSnapshot(expected.pathname);
  });

  test('the files tell all that the engine told some time before, and no counter went back', async () => {
    const answer: unknown = JSON.parse(await readFile(new URL('stats/shop-web-1.json', directory(engine)), 'utf8'));
    const [api, kernel] = [leaves(parseStats(answer)), leaves((await sampleRecorded(engine, 'shop-web-1'))?.sample)];
    expect([...api.keys()].filter((path) => !kernel.has(path))).toEqual([]);
    const counters = [...api].filter(([path]) => /Seconds$|Faults$|receive|transmit|read|written/.test(path));
    expect(counters.length).toBeGreaterThan(8);
    for (const [path, value] of counters) expect(kernel.get(path), path).toBeGreaterThanOrEqual(Number(value));
  });
});

/** Each number and text, by its path. */
function leaves(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, part]) => [...leaves(part, `${path}/${key}`)]));
}
