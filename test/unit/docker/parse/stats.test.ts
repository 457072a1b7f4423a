import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { parseStats } from '../../../../exporter/docker/parse/stats.ts';
import { badNumbers } from '../bad-numbers.ts';
import { changed, RECORDED_ENGINES, recordedContainers, recordedInspect, recordedStats } from '../recordings.ts';

const V1 = 'engine-20.10-cgroup1';
const V2 = 'engine-28.5-cgroup2';
const web = recordedStats(V2, 'shop-web-1');
const parseChanged = (changes: Readonly<Record<string, unknown>>) => parseStats(changed(web, changes));
const network = { rx_bytes: 1, rx_packets: 2, rx_dropped: 3, tx_bytes: 4, tx_packets: 5, tx_dropped: 6 };

describe.each(RECORDED_ENGINES)('stats of %s', (engine) => {
  test('trap 1: exactly what runs or is paused has a sample, all else answers zeros', () => {
    for (const name of recordedContainers(engine)) {
      const { State } = recordedInspect(engine, name) as { State: { Status: string } };
      const hasSample = parseStats(recordedStats(engine, name)) !== undefined;
      expect({ name, hasSample }).toEqual({ name, hasSample: ['running', 'paused'].includes(State.Status) });
    }
  });

  test('every sample has processor time, memory and processes above zero', () => {
    for (const name of recordedContainers(engine)) {
      const sample = parseStats(recordedStats(engine, name));
      if (sample === undefined) continue;
      expect(sample.cpu?.usageSeconds, name).toBeGreaterThan(0);
      expect(sample.memory?.usageBytes, name).toBeGreaterThan(0);
      expect(sample.memory?.workingSetBytes, name).toBeLessThanOrEqual(sample.memory?.usageBytes ?? 0);
      expect(sample.pids?.current, name).toBeGreaterThan(0);
    }
  });

  test('trap 9: host and no network have no interfaces', () => {
    expect(parseStats(recordedStats(engine, 'hostnet'))).not.toHaveProperty('networks');
    expect(parseStats(recordedStats(engine, 'nonet'))?.networks ?? []).toEqual([]);
    expect(parseStats(recordedStats(engine, 'twonets'))?.networks?.map((it) => it.interface)).toEqual(['eth0', 'eth1']);
  });
});

test('a sample of cgroup v2 is in base units', () => {
  expect(parseStats(web)).toEqual({
    cpu: {
      usageSeconds: 21.685137,
      userSeconds: 5.548819,
      systemSeconds: 16.136318,
      throttling: { periods: 1317, throttledPeriods: 115, throttledSeconds: 4.645256 },
    },
    memory: {
      usageBytes: 1_093_632,
      workingSetBytes: 1_093_632 - 208_896,
      rssBytes: 176_128,
      cacheBytes: 208_896,
      minorFaults: 98_824,
      majorFaults: 0,
    },
    pids: { current: 3, limit: 50 },
    networks: [
      {
        interface: 'eth0',
        receiveBytes: 1574,
        receivePackets: 21,
        receiveDropped: 0,
        transmitBytes: 126,
        transmitPackets: 3,
        transmitDropped: 0,
      },
    ],
    blockDevices: [{ device: '254:0', readBytes: 0, writtenBytes: 99_332_096 }],
  });
});

test('trap 7: the working set of cgroup v1 leaves out the inactive cache of all children', () => {
  const stats = { memory_stats: { usage: 1000, stats: { total_inactive_file: 300, inactive_file: 5, cache: 700 } } };
  expect(parseChanged(stats)?.memory?.workingSetBytes).toBe(700);
  expect(parseStats(recordedStats(V1, 'shop-web-1'))?.memory).toMatchObject({
    usageBytes: 1_130_496,
    workingSetBytes: 1_130_496 - 204_800,
    rssBytes: 163_840,
    cacheBytes: 286_720,
    peakBytes: 3_813_376,
    minorFaults: 36_557,
    majorFaults: 2,
  });
});

test('trap 7: more inactive cache than usage is a working set of nothing', () => {
  const memory_stats = { usage: 1000, stats: { inactive_file: 4000 } };
  expect(parseChanged({ memory_stats })?.memory?.workingSetBytes).toBe(0);
});

test('trap 8: reads and writes are told in either case, once a device, without their sums', () => {
  const entry = (major: number, op: string, value: number) => ({ major, minor: 0, op, value });
  const five = (major: number, read: number, write: number) => [
    entry(major, 'Read', read),
    entry(major, 'Write', write),
    entry(major, 'Sync', 1000),
    entry(major, 'Async', 1000),
    entry(major, 'Total', 2000),
  ];
  const blkio_stats = {
    io_service_bytes_recursive: [...five(8, 10, 20), entry(254, 'read', 1), entry(8, 'Read', 5)],
    io_serviced_recursive: five(8, 3, 4),
  };
  expect(parseChanged({ blkio_stats })?.blockDevices).toEqual([
    { device: '254:0', readBytes: 1 },
    { device: '8:0', readBytes: 15, writtenBytes: 20, reads: 3, writes: 4 },
  ]);
});

test('R32: block I/O is absent before the first', () => {
  expect(parseStats(recordedStats(V1, 'shop-web-1'))).not.toHaveProperty('blockDevices');
  expect(parseStats(recordedStats(V2, 'frozen'))).not.toHaveProperty('blockDevices');
});

test('trap 25: without the memory controller there is no memory, not zero', () => {
  for (const memory_stats of [
    { usage: 0, stats: {} },
    { usage: undefined, stats: undefined },
  ])
    expect(parseChanged({ memory_stats })).not.toHaveProperty('memory');
  expect(parseStats(changed(web, { memory_stats: undefined }))).not.toHaveProperty('memory');
});

test('R46: what Podman 4.3 answers has no details of memory, no devices and one interface', () => {
  const podman = {
    read: '2026-11-21T01:00:00.123456789+02:00',
    preread: '0001-01-01T00:00:00Z',
    pids_stats: { current: 1 },
    blkio_stats: { io_service_bytes_recursive: [], io_serviced_recursive: null },
    cpu_stats: {
      cpu_usage: { total_usage: 21_000_000, usage_in_kernelmode: 15_000_000, usage_in_usermode: 6_000_000 },
      throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
    },
    memory_stats: { usage: 430_080, max_usage: 2 ** 64, limit: 2 ** 64 },
    networks: { network: network },
  };
  expect(parseStats(podman)).toEqual({
    cpu: { usageSeconds: 0.021, userSeconds: 0.006, systemSeconds: 0.015 },
    memory: { usageBytes: 430_080 },
    pids: { current: 1 },
    networks: [
      {
        interface: 'network',
        receiveBytes: 1,
        receivePackets: 2,
        receiveDropped: 3,
        transmitBytes: 4,
        transmitPackets: 5,
        transmitDropped: 6,
      },
    ],
  });
});

test('R46: a peak of nothing, as Podman has it on cgroup v2, is unknown', () => {
  expect(parseChanged({ memory_stats: { max_usage: 0 } })?.memory).not.toHaveProperty('peakBytes');
});

test('R27: the limit of processes is the effective one; 2^64 − 1 and 0 are none', () => {
  const limitOf = (limit: unknown) => parseChanged({ pids_stats: { limit } })?.pids;
  expect(parseStats(recordedStats(V2, 'frozen'))?.pids).toEqual({ current: 1, limit: 4662 });
  expect(limitOf(4662)).toEqual({ current: 3, limit: 4662 });
  const whatJsonMakesOfIt: unknown = JSON.parse('18446744073709551615');
  for (const none of [whatJsonMakesOfIt, 0, undefined]) expect(limitOf(none)).toEqual({ current: 3 });
});

test('a container that began just now has no processor time, instead of zero', () => {
  expect(parseChanged({ cpu_stats: { cpu_usage: { total_usage: 0 } } })).not.toHaveProperty('cpu');
  expect(parseChanged({ cpu_stats: { throttling_data: { periods: 0 } } })?.cpu).not.toHaveProperty('throttling');
});

test('interfaces come in one order', () => {
  const networks = { eth0: undefined, wlan0: network, eth1: network, br0: network };
  const { eth0: _none, ...given } = networks;
  const names = parseStats({ ...changed(web, {}), networks: given })?.networks?.map((it) => it.interface);
  expect(names).toEqual(['br0', 'eth1', 'wlan0']);
});

test('what is not used may have any shape, or be absent', () => {
  expect(parseStats({ read: '2026-11-21T00:00:00Z' })).toEqual({});
  expect(parseChanged({ storage_stats: 'x', preread: 7, precpu_stats: [], num_procs: null })).toEqual(parseStats(web));
});

test.each([
  ['an empty sample', {}],
  ['a list', []],
  ['an error message', { message: 'no such container' }],
  ['a negative counter', changed(web, { cpu_stats: { cpu_usage: { total_usage: -1 } } })],
  ['a counter that is text', changed(web, { pids_stats: { current: '3' } })],
  ['an interface without its counters', changed(web, { networks: { eth0: null } })],
  ['a counter beyond all numbers', changed(web, { pids_stats: { current: Number('1e400') } })],
])('R48: %s is refused', (_what, answer) => {
  expect(() => parseStats(answer)).toThrow(ZodError);
});

test('R48: whatever an engine writes, no number of a sample is negative or none', () => {
  const paths = numberPaths(web);
  const leaf = fc.oneof(fc.jsonValue(), badNumbers);
  const spoilt = fc.array(fc.tuple(fc.constantFrom(...paths), leaf), { maxLength: 4 });
  fc.assert(
    fc.property(spoilt, (leaves) => {
      const answer = leaves.reduce<unknown>((into, [path, value]) => changed(into, nested(path, value)), web);
      let sample: unknown;
      try {
        sample = parseStats(answer);
      } catch (error) {
        return error instanceof ZodError;
      }
      return numbersOf(sample).every((it) => Number.isFinite(it) && it >= 0);
    }),
    { numRuns: 200 },
  );
});

function numberPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => numberPaths(inner, [...path, key]));
}

function nested(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

function numbersOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
