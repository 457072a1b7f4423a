import { describe, expect, test } from 'vitest';
import { createCgroupBed, ID, processOf } from './cgroup-bed.ts';

describe('block I/O of cgroup v1', () => {
  const group = (controller: string, file: string) => `cgroup/${controller}/docker/${ID}/${file}`;
  const createV1Bed = (files: Readonly<Record<string, string>>, ...controllers: readonly string[]) => {
    const bed = createCgroupBed();
    const proof = ['cpuacct', 'memory', 'pids', ...controllers].map((name, at) => `${at + 1}:${name}:/docker/${ID}\n`);
    bed.write({
      [group('cpuacct', 'cpuacct.usage')]: '3000000001\n',
      [group('memory', 'memory.usage_in_bytes')]: '10000\n',
      [group('pids', 'pids.current')]: '3\n',
      ...files,
      ...processOf(7, `${proof.join('')}0::/docker/${ID}\n`),
    });
    return bed;
  };

  test('is the group’s own where an older kernel makes no sums', async () => {
    const files = {
      [group('blkio', 'blkio.throttle.io_service_bytes')]: '8:0 Read 1\n8:0 Write 2\nTotal 3\n',
      [group('blkio', 'blkio.throttle.io_serviced')]: '8:0 Read 3\n8:0 Write 4\nTotal 7\n',
    };
    const { samples } = await createV1Bed(files, 'blkio').sample();
    const whole = { device: '8:0', readBytes: 1, writtenBytes: 2, reads: 3, writes: 4 };
    expect(samples.get(ID)?.sample.blockDevices).toEqual([whole]);
  });

  test('is the unified hierarchy’s where the controller is there', async () => {
    const { samples } = await createV1Bed({ [group('unified', 'io.stat')]: '8:0 rbytes=1\n' }).sample();
    expect(samples.get(ID)?.sample).toMatchObject({
      pids: { current: 3 },
      blockDevices: [{ device: '8:0', readBytes: 1 }],
    });
  });
});
