import { z } from 'zod';
import type {
  BlockDeviceSample,
  CpuSample,
  InterfaceSample,
  MemorySample,
  PidsSample,
  StatsSample,
} from '../../model/sample.ts';
import { anyKeys } from '../../util/any-keys.ts';
import { difference } from './difference.ts';
import { known } from './known.ts';

const NANOSECONDS = 1e9;
/** The kernel's "max" as some engines pass it on: 2^64 − 1, which a double rounds to 2^64. */
const NO_LIMIT = 2 ** 63;

const count = z.number().nonnegative();
const blockEntry = z.object({ major: z.int(), minor: z.int(), op: z.string(), value: count });
const networkEntry = z.object({
  rx_bytes: count,
  rx_packets: count,
  rx_dropped: count,
  tx_bytes: count,
  tx_packets: count,
  tx_dropped: count,
});
const answered = z.object({
  read: z.string(),
  cpu_stats: z
    .object({
      cpu_usage: z
        .object({ total_usage: count, usage_in_usermode: count.optional(), usage_in_kernelmode: count.optional() })
        .optional(),
      throttling_data: z.object({ periods: count, throttled_periods: count, throttled_time: count }).optional(),
    })
    .optional(),
  memory_stats: z
    .object({ usage: count.optional(), max_usage: count.optional(), stats: z.record(z.string(), count).nullish() })
    .optional(),
  pids_stats: z.object({ current: count.optional(), limit: count.optional() }).optional(),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(blockEntry).nullish(),
      io_serviced_recursive: z.array(blockEntry).nullish(),
    })
    .optional(),
  networks: anyKeys.nullish(),
});
type Answered = z.infer<typeof answered>;

/**
 * `GET /containers/{id}/stats?stream=false&one-shot=true`. Undefined for the zeros that an engine answers for a
 * container that does not run (trap 1); throws when it is not what an engine answers.
 */
export function parseStats(answer: unknown): StatsSample | undefined {
  const stats = answered.parse(answer);
  if (stats.read.startsWith('0001-')) return undefined;
  const cpu = readCpu(stats.cpu_stats);
  const memory = readMemory(stats.memory_stats);
  const pids = readPids(stats.pids_stats);
  const blockDevices = readBlockDevices(stats.blkio_stats);
  return {
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(pids && { pids }),
    ...(stats.networks && { networks: readNetworks(stats.networks) }),
    ...(blockDevices.length > 0 && { blockDevices }),
  };
}

function readCpu(stats: Answered['cpu_stats']): CpuSample | undefined {
  const usage = stats?.cpu_usage;
  // No container that runs has used nothing at all: then the controller is off.
  if (usage === undefined || usage.total_usage === 0) return undefined;
  const throttled = stats?.throttling_data;
  return {
    usageSeconds: usage.total_usage / NANOSECONDS,
    ...(usage.usage_in_usermode !== undefined && { userSeconds: usage.usage_in_usermode / NANOSECONDS }),
    ...(usage.usage_in_kernelmode !== undefined && { systemSeconds: usage.usage_in_kernelmode / NANOSECONDS }),
    // A quota's first period begins with the process: Podman counts none at all.
    ...(throttled &&
      throttled.periods > 0 && {
        throttling: {
          periods: throttled.periods,
          throttledPeriods: throttled.throttled_periods,
          throttledSeconds: throttled.throttled_time / NANOSECONDS,
        },
      }),
  };
}

/** Key names per cgroup version: v1 sums over children as total_*, v2 knows anon and file. */
function readMemory(stats: Answered['memory_stats']): MemorySample | undefined {
  const usageBytes = stats?.usage;
  // Absent or 0 when the memory controller is off (trap 25).
  if (usageBytes === undefined || usageBytes === 0) return undefined;
  const of = (v1: string, v2: string) => stats?.stats?.[v1] ?? stats?.stats?.[v2];
  const majorFaults = of('total_pgmajfault', 'pgmajfault');
  return {
    usageBytes,
    ...known({
      // What docker stats shows; with no such key it cannot be known.
      workingSetBytes: difference(usageBytes, of('total_inactive_file', 'inactive_file')),
      rssBytes: of('total_rss', 'anon'),
      cacheBytes: of('total_cache', 'file'),
      swapBytes: stats?.stats?.['total_swap'],
      // Podman tells none as 0, older ones as the limit.
      peakBytes: limited(stats?.max_usage),
      // pgfault counts both kinds.
      minorFaults: difference(of('total_pgfault', 'pgfault'), majorFaults),
      majorFaults,
    }),
  };
}

function readPids(stats: Answered['pids_stats']): PidsSample | undefined {
  if (stats?.current === undefined || stats.current === 0) return undefined;
  const limit = limited(stats.limit);
  return { current: stats.current, ...(limit !== undefined && { limit }) };
}

/** 0 is "none" as well. */
function limited(value = 0): number | undefined {
  return value > 0 && value < NO_LIMIT ? value : undefined;
}

function readNetworks(networks: NonNullable<Answered['networks']>): readonly InterfaceSample[] {
  return Object.entries(networks)
    .map(([name, entry]) => ({ name, of: networkEntry.parse(entry) }))
    .map(({ name, of }) => ({
      interface: name,
      receiveBytes: of.rx_bytes,
      receivePackets: of.rx_packets,
      receiveDropped: of.rx_dropped,
      transmitBytes: of.tx_bytes,
      transmitPackets: of.tx_packets,
      transmitDropped: of.tx_dropped,
    }))
    .sort((a, b) => (a.interface < b.interface ? -1 : 1));
}

/** One sample a device: an engine may list a device's operation more than once (trap 8). */
function readBlockDevices(stats: Answered['blkio_stats']): readonly BlockDeviceSample[] {
  const devices = new Map<string, { [K in keyof BlockDeviceSample]: BlockDeviceSample[K] }>();
  const add = (
    entries: readonly z.infer<typeof blockEntry>[],
    read: 'readBytes' | 'reads',
    write: 'writtenBytes' | 'writes',
  ) => {
    for (const { major, minor, op, value } of entries) {
      // "Read" on cgroup v1, "read" on v2, beside sums (Sync, Async, Total) that would count twice.
      const key = op.toLowerCase() === 'read' ? read : op.toLowerCase() === 'write' ? write : undefined;
      if (key === undefined) continue;
      const device = `${String(major)}:${String(minor)}`;
      const sample = devices.get(device) ?? { device };
      devices.set(device, { ...sample, [key]: (sample[key] ?? 0) + value });
    }
  };
  add(stats?.io_service_bytes_recursive ?? [], 'readBytes', 'writtenBytes');
  add(stats?.io_serviced_recursive ?? [], 'reads', 'writes');
  return [...devices.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
}
