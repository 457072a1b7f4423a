import { describe, expect, test } from 'vitest';
import { collectors } from '../../exporter/collectors/index.ts';
import { createKernelSampler } from '../../exporter/docker/cgroup/kernel-sampler.ts';
import { parseInspect } from '../../exporter/docker/parse/inspect.ts';
import { parseStats } from '../../exporter/docker/parse/stats.ts';
import type { ContainerSnapshot } from '../../exporter/model/container.ts';
import type { StatsSample } from '../../exporter/model/sample.ts';
import { costOf } from '../contract/container-cost.ts';
import { temporaryFolder } from '../unit/config/temporary-folder.ts';
import { viewOf } from '../unit/docker/host-bed.ts';
import { recordedInspect, recordedStats } from '../unit/docker/recordings.ts';
import { layOutRecorded } from './recorded-cgroups.ts';

async function kernelSample(engine: string, container: string): Promise<StatsSample> {
  const root = temporaryFolder();
  const { id, pid } = layOutRecorded(engine, container, root);
  const sampler = createKernelSampler({ procRoot: `${root}/proc`, cgroupRoot: `${root}/cgroup`, nowMs: () => 0 });
  const { samples } = await sampler.sample([{ id, pid, hasNetwork: true }]);
  sampler.close();
  return samples.get(id)?.sample ?? expect.fail('no sample');
}

const OF_DEVICE = { readBytes: 45_678_592, writtenBytes: 912_384_000, reads: 1234, writes: 56_789 };
/** What a container that has written to disks has beside it: in the recordings most have none. */
const withDevices = (sample: StatsSample, devices: readonly string[]): StatsSample => ({
  ...sample,
  blockDevices: devices.map((device) => ({ device, ...OF_DEVICE })),
});

/** As it is recorded: with limits, and shop-web-1 with a healthcheck. */
function recorded(engine: string, name: string): Omit<ContainerSnapshot, 'sample'> {
  const container = parseInspect(recordedInspect(engine, name));
  return { identity: viewOf().identify(container) ?? expect.fail('no name'), facts: container.facts };
}

/** The same without limits and health, as most are. */
function plain(engine: string, name: string, sample: StatsSample): ContainerSnapshot {
  const { identity, facts } = recorded(engine, name);
  const { health: _health, ...others } = facts ?? expect.fail('no facts');
  const { throttling: _throttling, ...cpu } = sample.cpu ?? expect.fail('no processor time');
  return { identity, facts: { ...others, limits: {} }, sample: { ...sample, cpu } };
}

const CASES = ['engine-28.5-cgroup1', 'engine-28.5-cgroup2'].flatMap((engine) =>
  ['shop-web-1', 'burner'].map((name) => [name, engine] as const),
);

describe('R26: the budget holds for a container with one network and all that was recorded:', () => {
  test.each(CASES)('62 series and 9 KB for %s of %s, by the kernel’s files', async (name, engine) => {
    const sample = await kernelSample(engine, name);
    expect([sample.networks?.length, sample.pressure?.io?.stalledSeconds]).toEqual([1, expect.any(Number)]);
    const cost = (devices: readonly string[]) => costOf(plain(engine, name, withDevices(sample, devices)), collectors);
    expect(cost(['8:0']).characters).toBeLessThanOrEqual(9000);
    // More than it is for: with a second device.
    expect(cost(['8:0', '253:16']).series).toBeLessThanOrEqual(62);
  });

  test.each(CASES)('85 series and 12 KB for %s of %s, with health and limits', async (name, engine) => {
    const sample = withDevices(await kernelSample(engine, name), ['8:0']);
    const { series, characters } = costOf({ ...recorded(engine, name), sample }, collectors);
    expect([series <= 85, characters <= 12_000], `${series} series, ${characters} characters`).toEqual([true, true]);
  });

  test.each(CASES)('50 series and 7 KB for %s of %s, by the engine', (name, engine) => {
    const sample = parseStats(recordedStats(engine, name)) ?? expect.fail('no sample');
    const { series, characters } = costOf(plain(engine, name, withDevices(sample, ['8:0'])), collectors);
    expect([series <= 50, characters <= 7000], `${series} series, ${characters} characters`).toEqual([true, true]);
  });
});
