import type { Limits } from './container.ts';

/** What a container uses at one moment. */
interface Rates {
  readonly cpuCores: number;
  /** Memory of the processes themselves. */
  readonly anonBytes: number;
  /** Page cache. */
  readonly cacheBytes: number;
  readonly receiveBytesPerSecond: number;
  readonly transmitBytesPerSecond: number;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  readonly processes: number;
}

/** The rates at a moment, in seconds since the engine was made. */
export type Load = (elapsedSeconds: number) => Rates;

/** Counters of one run of a container, and the gauges of its last moment. */
export interface Usage {
  readonly atSeconds: number;
  readonly rates: Rates;
  readonly cpuSeconds: number;
  readonly throttledSeconds: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly receiveBytes: number;
  readonly transmitBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

const MIB = 1024 * 1024;

/** A small web server with next to nothing to do. */
export const IDLE_LOAD: Load = () => ({
  cpuCores: 0.02,
  anonBytes: 24 * MIB,
  cacheBytes: 8 * MIB,
  receiveBytesPerSecond: 800,
  transmitBytesPerSecond: 1200,
  readBytesPerSecond: 0,
  writeBytesPerSecond: 4096,
  processes: 4,
});

export function startUsage(load: Load, atSeconds: number): Usage {
  return {
    atSeconds,
    rates: load(atSeconds),
    cpuSeconds: 0.02,
    throttledSeconds: 0,
    periods: 0,
    throttledPeriods: 0,
    receiveBytes: 0,
    transmitBytes: 0,
    readBytes: 0,
    writtenBytes: 0,
  };
}

/** The counters at `atSeconds`: what was used since the last look at the rates of now. */
export function advanceUsage(
  usage: Usage,
  { load, limits, atSeconds }: { readonly load: Load; readonly limits: Limits; readonly atSeconds: number },
): Usage {
  const seconds = Math.max(0, atSeconds - usage.atSeconds);
  const wanted = load(atSeconds);
  const quota = quotaCores(limits);
  const cpuCores = Math.min(wanted.cpuCores, quota ?? Number.POSITIVE_INFINITY);
  // The kernel counts a period of 100 ms only when there is a quota.
  const periods = quota === undefined ? 0 : seconds * 10;
  const throttled = wanted.cpuCores > cpuCores ? 1 - cpuCores / wanted.cpuCores : 0;
  return {
    atSeconds,
    rates: withinMemory({ ...wanted, cpuCores }, limits),
    cpuSeconds: usage.cpuSeconds + cpuCores * seconds,
    periods: usage.periods + periods,
    throttledPeriods: usage.throttledPeriods + periods * throttled,
    throttledSeconds: usage.throttledSeconds + seconds * throttled,
    receiveBytes: usage.receiveBytes + wanted.receiveBytesPerSecond * seconds,
    transmitBytes: usage.transmitBytes + wanted.transmitBytesPerSecond * seconds,
    readBytes: usage.readBytes + wanted.readBytesPerSecond * seconds,
    writtenBytes: usage.writtenBytes + wanted.writeBytesPerSecond * seconds,
  };
}

/** Cores that `--cpus` or a quota grants. */
export function quotaCores({ cpus, cpuQuotaMicros, cpuPeriodMicros = 100_000 }: Limits): number | undefined {
  if (cpus !== undefined) return cpus;
  return cpuQuotaMicros === undefined ? undefined : cpuQuotaMicros / cpuPeriodMicros;
}

/** Page cache gives way to processes, and both to the limit. */
function withinMemory(rates: Rates, { memoryBytes = Number.POSITIVE_INFINITY }: Limits): Rates {
  const anonBytes = Math.min(rates.anonBytes, memoryBytes - MIB);
  return { ...rates, anonBytes, cacheBytes: Math.min(rates.cacheBytes, memoryBytes - MIB - anonBytes) };
}
