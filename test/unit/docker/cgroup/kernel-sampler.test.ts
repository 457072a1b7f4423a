import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CgroupBedOptions, createCgroupBed, ID, OTHER_ID, processOf, v2Group } from './cgroup-bed.ts';

const SCOPE = `system.slice/docker-${ID}.scope`;

/** What the files of both versions say, but for events. */
const MEMORY = {
  usageBytes: 10_000,
  workingSetBytes: 9000,
  rssBytes: 4000,
  cacheBytes: 3000,
  kernelBytes: 500,
  swapBytes: 600,
  peakBytes: 20_000,
  minorFaults: 50,
  majorFaults: 20,
};

function createV2Bed(options?: CgroupBedOptions) {
  const bed = createCgroupBed(options);
  bed.write({ ...v2Group(SCOPE), ...processOf(7, `0::/${SCOPE}\n`) });
  return bed;
}

describe('cgroup v2', () => {
  test('each file of a container becomes a value of its sample', async () => {
    const { sample } = createV2Bed();
    const { samples, obstacle } = await sample();
    expect(obstacle).toBeUndefined();
    expect(samples.get(ID)).toEqual({
      cgroupPath: `/${SCOPE}`,
      sample: {
        cpu: {
          usageSeconds: 3,
          userSeconds: 2,
          systemSeconds: 1,
          throttling: { periods: 20, throttledPeriods: 5, throttledSeconds: 0.25 },
        },
        memory: {
          ...MEMORY,
          events: { low: 1, high: 2, max: 3, oom: 4, oomKill: 5 },
        },
        pids: { current: 3, limit: 100 },
        blockDevices: [{ device: '8:0', readBytes: 1, writtenBytes: 2, reads: 3, writes: 4 }],
        pressure: {
          cpu: { waitingSeconds: 1, stalledSeconds: 0.5 },
          memory: { waitingSeconds: 2, stalledSeconds: 1.5 },
          io: { waitingSeconds: 3, stalledSeconds: 2.5 },
        },
        networks: [
          {
            interface: 'eth0',
            receiveBytes: 11,
            receivePackets: 12,
            receiveErrors: 13,
            receiveDropped: 14,
            transmitBytes: 21,
            transmitPackets: 22,
            transmitErrors: 23,
            transmitDropped: 24,
          },
        ],
      },
    });
  });

  test('a controller that is off, a file that an older kernel lacks and a limit of max are absent', async () => {
    const { write, sample } = createV2Bed();
    write({
      [`cgroup/${SCOPE}/memory.current`]: undefined,
      [`cgroup/${SCOPE}/io.stat`]: '',
      [`cgroup/${SCOPE}/pids.max`]: 'max\n',
      [`cgroup/${SCOPE}/cpu.pressure`]: 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n',
      [`cgroup/${SCOPE}/memory.pressure`]: undefined,
      [`cgroup/${SCOPE}/io.pressure`]: undefined,
    });
    const taken = (await sample()).samples.get(ID)?.sample;
    expect(taken).toMatchObject({ pids: { current: 3 }, pressure: { cpu: { waitingSeconds: 1 } } });
    expect(Object.keys(taken ?? {}).sort()).toEqual(['cpu', 'networks', 'pids', 'pressure']);
    expect(taken?.pids).not.toHaveProperty('limit');
    expect(taken?.pressure).toEqual({ cpu: { waitingSeconds: 1 } });
  });

  test('a container whose processor time cannot be read is left to the engine', async () => {
    const { write, sample } = createV2Bed();
    write({ [`cgroup/${SCOPE}/cpu.stat`]: undefined });
    expect((await sample()).samples.size).toBe(0);
  });

  test('of a network that is not its own no interface is told', async () => {
    const { sample } = createV2Bed();
    expect((await sample(ID, 7, false)).samples.get(ID)?.sample.networks).toBeUndefined();
  });
});

describe('cgroup v1', () => {
  const group = (controller: string, file: string) => `cgroup/${controller}/docker/${ID}/${file}`;
  const files = {
    [group('cpu,cpuacct', 'cpuacct.usage')]: '3000000001\n',
    [group('cpu,cpuacct', 'cpuacct.stat')]: 'user 123\nsystem 45\n',
    [group('cpu,cpuacct', 'cpu.stat')]: 'nr_periods 20\nnr_throttled 5\nthrottled_time 250000000\n',
    [group('memory', 'memory.usage_in_bytes')]: '10000\n',
    [group('memory', 'memory.max_usage_in_bytes')]: '20000\n',
    [group('memory', 'memory.kmem.usage_in_bytes')]: '500\n',
    [group('memory', 'memory.failcnt')]: '3\n',
    [group('memory', 'memory.oom_control')]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n',
    [group('memory', 'memory.stat')]:
      'cache 1\nrss 2\ninactive_file 3\ntotal_cache 3000\ntotal_rss 4000\ntotal_swap 600\ntotal_pgfault 70\ntotal_pgmajfault 20\ntotal_inactive_file 1000\n',
    [group('pids', 'pids.current')]: '3\n',
    [group('pids', 'pids.max')]: '100\n',
    [group('blkio', 'blkio.throttle.io_service_bytes_recursive')]: '8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n',
    [group('blkio', 'blkio.throttle.io_serviced_recursive')]: '8:0 Read 3\n8:0 Write 4\n8:0 Total 7\nTotal 7\n',
  };
  const proof = ['5:pids', '4:blkio', '3:memory', '2:cpuacct,cpu', '1:name=systemd', '0:']
    .map((line) => `${line}:/docker/${ID}\n`)
    .join('');

  test('each file of a container becomes a value of its sample, without a unified hierarchy beside it', async () => {
    const { write, sample } = createCgroupBed();
    write({ ...files, ...processOf(7, proof) });
    const { cgroupPath, sample: taken } = (await sample()).samples.get(ID) ?? {};
    expect(cgroupPath).toBe(`/docker/${ID}`);
    expect(taken).toMatchObject({
      cpu: {
        usageSeconds: 3.000000001,
        userSeconds: 1.23,
        systemSeconds: 0.45,
        throttling: { periods: 20, throttledPeriods: 5, throttledSeconds: 0.25 },
      },
      memory: {
        ...MEMORY,
        events: { max: 3, oomKill: 5 },
      },
      pids: { current: 3, limit: 100 },
      blockDevices: [{ device: '8:0', readBytes: 1, writtenBytes: 2, reads: 3, writes: 4 }],
    });
    expect(taken).not.toHaveProperty('pressure');
  });

  test('R32: a unified hierarchy beside it tells pressure', async () => {
    const { write, sample } = createCgroupBed();
    const pressure = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n';
    write({ ...files, ...processOf(7, proof), [group('unified', 'io.pressure')]: pressure });
    expect((await sample()).samples.get(ID)?.sample.pressure).toEqual({ io: { waitingSeconds: 1 } });
  });

  test('a controller that v2 has and v1 has not is read from there', async () => {
    const { write, sample } = createCgroupBed();
    write({ ...files, ...processOf(7, proof.replace(/^5:pids.*\n/, '')), [group('unified', 'pids.current')]: '9\n' });
    expect((await sample()).samples.get(ID)?.sample).toMatchObject({
      cpu: { userSeconds: 1.23 },
      pids: { current: 9 },
    });
  });
});

describe('what goes while it is read', () => {
  test('a container whose group is gone, though its process is still told, has no sample', async () => {
    const { write, sample } = createV2Bed();
    expect((await sample()).samples.size).toBe(1);
    write({ [`cgroup/${SCOPE}`]: undefined });
    expect((await sample()).samples.size).toBe(0);
  });

  test('a file that was not there is looked for again after a minute', async () => {
    const { write, sample, pass } = createV2Bed();
    write({ [`cgroup/${SCOPE}/memory.peak`]: undefined });
    expect((await sample()).samples.get(ID)?.sample.memory?.peakBytes).toBeUndefined();
    write({ [`cgroup/${SCOPE}/memory.peak`]: '5\n' });
    pass(59_000);
    expect((await sample()).samples.get(ID)?.sample.memory?.peakBytes).toBeUndefined();
    pass(1000);
    expect((await sample()).samples.get(ID)?.sample.memory?.peakBytes).toBe(5);
  });
});

describe('what stands in the way', () => {
  test('a container that has just ended beside others is none', async () => {
    const { write, kernel } = createV2Bed();
    const container = { id: ID, pid: 7, hasNetwork: true };
    const ended = { id: OTHER_ID, pid: 8, hasNetwork: true };
    const { samples, obstacle } = await kernel.sample([ended, container]);
    expect([[...samples.keys()], obstacle]).toEqual([[ID], undefined]);
    write({ 'proc/7': undefined });
    await kernel.sample([ended, container]);
    expect((await kernel.sample([ended, container])).obstacle).toBe('no-process');
  });

  test('a container whose group is gone, though its process is still told, is not looked for', async () => {
    const { write, sample } = createV2Bed();
    write({ 'proc/7/cgroup': `0::/${SCOPE} (deleted)\n` });
    expect(await sample()).toEqual({ samples: new Map(), obstacle: 'no-process' });
  });

  test('groups are searched in vain for one container a minute', async () => {
    const { write, pass, kernel } = createV2Bed();
    const find = async (digit: string) => {
      const id = digit.repeat(64);
      write(processOf(9, `0::/../docker-${id}.scope\n`));
      return (await kernel.sample([{ id, pid: 9, hasNetwork: true }])).samples.size;
    };
    expect(await find('c')).toBe(0);
    write({ ...v2Group(`deep/docker-${'d'.repeat(64)}.scope`), ...v2Group(`deep/docker-${'e'.repeat(64)}.scope`) });
    expect(await find('d')).toBe(0);
    pass(30_000);
    expect(await find('f')).toBe(0);
    pass(30_000);
    expect(await find('e')).toBe(1);
    // Where it was is remembered.
    expect(await find('d')).toBe(1);
  });

  test('a machine whose processes are not seen', async () => {
    const { write, sample } = createV2Bed();
    write({ proc: undefined });
    expect((await sample()).obstacle).toBe('no-process');
  });

  test('a machine whose groups are not seen, until they are, a minute later', async () => {
    const { write, sample, pass } = createV2Bed();
    write({ cgroup: undefined });
    expect((await sample()).obstacle).toBe('no-cgroup');
    write(v2Group(SCOPE));
    pass(60_000);
    expect((await sample()).samples.size).toBe(1);
  });
});

describe('files that stay open', () => {
  const openFiles = (root: string) =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
      } catch {
        // The listing's own.
        return false;
      }
    }).length;

  test('are closed when their container ends, when another one has its place, and at the end', async () => {
    const { root, sample, kernel, write } = createV2Bed();
    await sample();
    // Twelve of the group, and the folder of the process.
    expect(openFiles(root)).toBe(13);
    await sample();
    expect(openFiles(root)).toBe(13);
    write({ 'proc/7': undefined });
    await sample();
    expect(openFiles(root)).toBe(0);
    write(processOf(8, `0::/${SCOPE}\n`));
    expect((await sample(ID, 8)).samples.size).toBe(1);
    await kernel.sample([]);
    expect(openFiles(root)).toBe(0);
    await sample(ID, 8);
    kernel.close();
    expect(openFiles(root)).toBe(0);
    expect((await sample(ID, 8)).samples.size).toBe(0);
  });

  test('are not more than there is room for; the others are read as well', async () => {
    const { root, sample } = createV2Bed({ maxOpen: 5 });
    const [first, second] = [await sample(), await sample()];
    expect(openFiles(root)).toBe(5);
    expect(first.samples.get(ID)?.sample.pressure?.io).toEqual({ waitingSeconds: 3, stalledSeconds: 2.5 });
    expect(second).toEqual(first);
  });

  test('R47: where nothing can be held the process is proved at each read', async () => {
    const { sample, write } = createV2Bed({ maxOpen: 0 });
    expect((await sample()).samples.size).toBe(1);
    write({ 'proc/7/cgroup': `0::/system.slice/docker-${OTHER_ID}.scope\n` });
    expect((await sample()).samples.size).toBe(0);
  });
});

describe('what is found anew after a minute', () => {
  test('a group that was not there when its container was first looked for', async () => {
    const { sample, write, pass } = createCgroupBed();
    const proof = ['3:memory', '2:cpuacct,cpu'].map((line) => `${line}:/docker/${ID}\n`).join('');
    write({ [`cgroup/cpu,cpuacct/docker/${ID}/cpuacct.usage`]: '5\n', ...processOf(7, proof) });
    expect((await sample()).samples.get(ID)?.sample.memory).toBeUndefined();
    write({ [`cgroup/memory/docker/${ID}/memory.usage_in_bytes`]: '10000\n' });
    pass(60_000);
    expect((await sample()).samples.get(ID)?.sample.memory?.usageBytes).toBe(10_000);
  });

  test('a process that is in the groups of its container no more', async () => {
    const { sample, write, pass } = createV2Bed();
    expect((await sample()).samples.size).toBe(1);
    write({ 'proc/7/cgroup': '0::/elsewhere\n' });
    pass(60_000);
    expect(await sample()).toEqual({ samples: new Map(), obstacle: 'no-process' });
  });
});
