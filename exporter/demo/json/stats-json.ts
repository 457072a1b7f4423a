import { rfc3339Nano } from '../clock.ts';
import { isAlive, type SimulatedContainer } from '../state/container.ts';
import { networkNames } from '../state/endpoints.ts';
import type { EngineState } from '../state/engine-state.ts';
import { currentUsage } from '../state/lifecycle.ts';
import { networkOwner } from '../state/lookup.ts';
import { quotaCores, type Usage } from '../state/usage.ts';
import { memoryStatsJson } from './memory-json.ts';

/** One reading, in the parts of the answer. */
export interface StatsReading {
  /** Undefined when the container has no processes. */
  readonly readNano: bigint | undefined;
  readonly cpu: object;
  readonly pids: object;
  readonly blkio: object;
  readonly memory: object;
  readonly networks?: object;
}

const BLKIO_ARRAYS = [
  'io_service_bytes_recursive',
  'io_serviced_recursive',
  'io_queue_recursive',
  'io_service_time_recursive',
  'io_wait_time_recursive',
  'io_merged_recursive',
  'io_time_recursive',
  'sectors_recursive',
];
const BLKIO_NULLS = Object.fromEntries(BLKIO_ARRAYS.map((name) => [name, null]));
const BLKIO_EMPTY = Object.fromEntries(BLKIO_ARRAYS.map((name) => [name, []]));
/** What systemd allows a unit when nobody sets a limit. */
const DEFAULT_TASKS_MAX = 4662;

/** What the engine sends for a container that does not run. */
const NOTHING: StatsReading = {
  readNano: undefined,
  cpu: {
    cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  },
  pids: {},
  blkio: BLKIO_NULLS,
  memory: {},
};

export function readStats(state: EngineState, container: SimulatedContainer): StatsReading {
  if (!isAlive(container)) return NOTHING;
  const usage = currentUsage(state, container);
  const networks = networksJson(state, container);
  return {
    readNano: state.clock.nowNano(),
    cpu: cpuJson(state, container, usage),
    pids: pidsJson(state, container, usage),
    blkio: blkioJson(state, usage),
    memory: memoryStatsJson(state, container, usage),
    ...(networks ? { networks } : {}),
  };
}

/** `before` fills precpu_stats. `name` and `id` are what a direct one-shot answer lacks. */
export function statsJson(
  { reading, before = NOTHING }: { readonly reading: StatsReading; readonly before?: StatsReading | undefined },
  { minor, container }: { readonly minor: number; readonly container?: SimulatedContainer },
): object {
  return {
    ...(container ? { name: `/${container.name}`, id: container.id } : {}),
    read: rfc3339Nano(reading.readNano),
    preread: rfc3339Nano(before.readNano),
    ...(minor >= 52 ? { os_type: 'linux' } : {}),
    pids_stats: reading.pids,
    blkio_stats: reading.blkio,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: reading.cpu,
    precpu_stats: before.cpu,
    memory_stats: reading.memory,
    ...(reading.networks ? { networks: reading.networks } : {}),
  };
}

function cpuJson(state: EngineState, { limits }: SimulatedContainer, usage: Usage): object {
  const { cgroupVersion } = state.flavour;
  const { cpus, upSecondsBefore } = state.host;
  const total = nanoseconds(usage.cpuSeconds);
  const first = Math.floor(total / cpus);
  const percpu = Array.from({ length: cpus }, (_, cpu) => (cpu === 0 ? total - first * (cpus - 1) : first));
  const ticks = Math.floor((upSecondsBefore + state.clock.elapsedSeconds()) * 100);
  const limited = quotaCores(limits) !== undefined;
  return {
    cpu_usage: {
      total_usage: total,
      ...(cgroupVersion === 1 ? { percpu_usage: percpu } : {}),
      usage_in_kernelmode: nanoseconds(usage.cpuSeconds * 0.3),
      usage_in_usermode: total - nanoseconds(usage.cpuSeconds * 0.3),
    },
    // The host's /proc/stat: 10 ms ticks of all CPUs, idle ones too.
    system_cpu_usage: ticks * 10_000_000 * cpus,
    online_cpus: cpus,
    throttling_data: {
      periods: limited ? Math.floor(usage.periods) : 0,
      throttled_periods: limited ? Math.floor(usage.throttledPeriods) : 0,
      throttled_time: limited ? nanoseconds(usage.throttledSeconds) : 0,
    },
  };
}

/** cgroup v2 counts in microseconds. */
function nanoseconds(seconds: number): number {
  return Math.floor(seconds * 1e6) * 1000;
}

function pidsJson({ flavour }: EngineState, { limits }: SimulatedContainer, { rates }: Usage): object {
  const limit = limits.pids ?? (flavour.cgroupVersion === 2 ? DEFAULT_TASKS_MAX : undefined);
  return { current: Math.max(1, Math.round(rates.processes)), ...(limit === undefined ? {} : { limit }) };
}

/** v2 has lower-case read and write and null elsewhere, v1 five capital ones; nothing until the first I/O. */
function blkioJson({ flavour: { cgroupVersion } }: EngineState, usage: Usage): object {
  const read = Math.floor(usage.readBytes);
  const written = Math.floor(usage.writtenBytes);
  const device = (op: string, value: number): object => ({ major: 254, minor: 0, op, value });
  if (read + written === 0) return cgroupVersion === 2 ? BLKIO_NULLS : BLKIO_EMPTY;
  if (cgroupVersion === 2) {
    return { ...BLKIO_NULLS, io_service_bytes_recursive: [device('read', read), device('write', written)] };
  }
  const five = (reads: number, writes: number): readonly object[] => [
    device('Read', reads),
    device('Write', writes),
    device('Sync', writes),
    device('Async', reads),
    device('Total', reads + writes),
  ];
  const serviced = five(Math.ceil(read / 4096), Math.ceil(written / 4096));
  return { ...BLKIO_EMPTY, io_service_bytes_recursive: five(read, written), io_serviced_recursive: serviced };
}

/** A shared namespace is told at each that shares it; the host's at none. */
function networksJson(state: EngineState, container: SimulatedContainer): object | undefined {
  const owner = networkOwner(state, container) ?? container;
  const names = networkNames(owner);
  if (!isAlive(owner) || names.length === 0 || names.includes('host') || names.includes('none')) return undefined;
  const { receiveBytes, transmitBytes } = currentUsage(state, owner);
  return Object.fromEntries(
    names.map((_, index) => {
      const share = 10 ** -index;
      return [`eth${index}`, interfaceJson(Math.floor(receiveBytes * share), Math.floor(transmitBytes * share))];
    }),
  );
}

function interfaceJson(received: number, transmitted: number): object {
  return {
    rx_bytes: received,
    rx_packets: Math.ceil(received / 700),
    rx_errors: 0,
    rx_dropped: 0,
    tx_bytes: transmitted,
    tx_packets: Math.ceil(transmitted / 900),
    tx_errors: 0,
    tx_dropped: 0,
  };
}
